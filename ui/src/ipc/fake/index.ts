// A host made of believable data and timed progress: every screen runs on it in a plain browser and in
// unit tests. It is loaded in development only and is no part of what is shipped.
import type { Blueprint, Busy, Commands, Handout, StackQueue, StackSummary } from "../contract";
import type { Host } from "../host";
import { blueprint, fromToml, onSpot, problems, toToml } from "./blueprint";
import { commandLine } from "./commandline";
import { grown, listJobs, logsOf, queueOf, targetsOf, viewJob, type FakeJob } from "./jobs";
import { lessonCommands } from "./lessons";
import { network } from "./network";
import { offerCommands } from "./offers";
import { checks, roles } from "./checks";
import { adoptionPlan, plan, teardownPlan } from "./plan";
import { begin, create, remove, walk } from "./runs";
import { sessionCommands, viewOf } from "./session";
import { usual, type Switches } from "./switches";
import { terraformOf } from "./terraform";
import { failure, say, World } from "./world";

export { switchesFrom, usual } from "./switches";

function summaryOf(world: World, name: string): StackSummary {
  const stack = world.stacks.get(name);
  const broken = stack?.health === "broken";
  return {
    name,
    stack_id: `stk-${(name.length * 40_503).toString(16)}`,
    health: stack?.drifted ? "drifted" : (stack?.health ?? "incomplete"),
    finding: broken
      ? say("stack-broken", "The compute environment is INVALID: its execution role was deleted.")
      : say("stack-healthy", "Everything is there and VALID."),
    queues: queuesOf(world)
      .filter(({ stack: of }) => of === name)
      .map((queue) => queue.name),
    created_at: stack?.created_at ?? null,
    unfinished: world.unfinished.find(({ stack: of }) => of === name) ?? null,
    journal: world.damaged.has(name) ? journalDamaged(name) : null,
  };
}

const journalDamaged = (name: string) =>
  failure(
    "journal-damaged",
    `The journal stacks/${name}/journal.jsonl is damaged, so what the last runs of ${name} did cannot be told. Until it is rebuilt the stack can be looked at and not changed.`,
    {
      causes: ["a record is not as it was written"],
      advice: `Have it rebuilt from what the account shows, on the stack's page or with \`slipway rebuild --stack ${name}\`. Nothing in the account is touched by that, and the damaged journal is kept aside.`,
    },
  );

function stackNamed(world: World, name: string) {
  const stack = world.stacks.get(name);
  if (!stack)
    throw failure("stack-unknown", `There is no stack called ${name} here.`, {
      advice: "Look at the list of stacks; it may be in another region.",
    });
  return stack;
}

function jobNamed(world: World, id: string): FakeJob {
  const job = world.jobs.find(({ summary }) => summary.id === id);
  if (!job)
    throw failure("job-unknown", "AWS Batch does not know this job any more.", {
      advice: "AWS keeps ended jobs for about a week.",
    });
  return job;
}

const queuesOf = (world: World): StackQueue[] =>
  [...world.stacks.values()].flatMap(({ blueprint: { name, job_queues: queues } }) =>
    queues.map((queue) => ({ stack: name, name: `${name}-${queue.name}` })),
  );

/** Whether there is less room than before. */
const shrinks = (before: Blueprint, after: Blueprint): boolean =>
  (after.compute_environments[0]?.max_vcpus ?? 0) < (before.compute_environments[0]?.max_vcpus ?? 0);

/** The queues of a stack where something has not ended. */
function busyOf(world: World, name: string): Busy[] {
  return queuesOf(world)
    .filter(({ stack }) => stack === name)
    .map(({ name: queue }) => {
      const waiting = world.jobs.filter(
        (job) =>
          queueOf(job) === queue &&
          !["SUCCEEDED", "FAILED"].includes(grown(job, world.switches.second).state),
      );
      const means = say("busy-ended", `${queue} goes. Jobs on it that have not ended: ${waiting.length}.`);
      return { kind: "job-queue", name: queue, jobs: waiting.length, means };
    })
    .filter(({ jobs }) => jobs > 0);
}

function end(world: World, ids: string[], reason: string): void {
  for (const job of world.jobs.filter(({ summary }) => ids.includes(summary.id))) {
    job.summary = { ...grown(job, world.switches.second), state: "FAILED", reason, stopped_at: Date.now() };
  }
}

function handout(code: string, action: string, stack: string): Handout {
  const statement = { Effect: "Allow", Action: [action], Resource: `job-queue/${stack}-main` };
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2);
  return { policies: [policy], letter: say(code, `Hello, could you allow this for the stack “${stack}”?`) };
}

function commandsOf(world: World): Commands {
  const { second } = world.switches;
  const found = ({ name }: Blueprint) => world.stacks.get(name)?.blueprint ?? null;
  const made = (stack: string) => world.stacks.get(stack)?.blueprint ?? blueprint(stack);
  return {
    ...sessionCommands(world),
    ...lessonCommands(world),
    presets: () =>
      Promise.resolve([
        { preset: "fargate", cost: { usd: 0.0494, per: "vcpu-hour", note: null } },
        { preset: "spot", cost: { usd: 0.016, per: "vcpu-hour", note: null } },
      ]),
    newBlueprint: (preset, name) => Promise.resolve(preset === "spot" ? onSpot(name) : blueprint(name)),
    checkBlueprint: (wish) => Promise.resolve(problems(wish)),
    blueprintToml: (wish) => Promise.resolve(toToml(wish)),
    openBlueprint: () =>
      Promise.resolve({ path: "/Users/ana/imaging.toml", blueprint: blueprint("imaging") }),
    saveBlueprint: ({ name }) => Promise.resolve(`/Users/ana/${name}.toml`),
    ...offerCommands(world),
    readBlueprint: (toml) => Promise.resolve().then(() => fromToml(toml)),
    check: (wish, items) =>
      world
        .read("sts:GetCallerIdentity", () => checks(wish, found(wish), world.taken))
        .then(async (list) => {
          for (const item of list) {
            await world.pass(0.5);
            world.called(
              `${item.group === "roles" ? "iam:GetRole" : item.group === "network" ? "ec2:DescribeSubnets" : "batch:DescribeJobQueues"}`,
            );
            items.onmessage(item);
          }
          const amiss = ["wrong", "warning", "cannot-tell", "mend"];
          const { session } = world;
          if (
            session?.kind === "practice" &&
            session.name &&
            !list.some(({ verdict }) => amiss.includes(verdict))
          )
            world.solved(session.name);
          const count = (...of: string[]) => list.filter(({ verdict }) => of.includes(verdict)).length;
          return {
            items: list,
            to_make: count("make"),
            to_mend: count("mend", "wrong"),
            to_know: count("warning", "cannot-tell"),
            blocked: count("wrong") > 0,
            roles: roles(wish),
            other_name: list.some(({ finding }) => finding.code === "foreign") ? `${wish.name}-2` : null,
            network: network(wish),
            checked_at: Date.now(),
          };
        }),
    setupHandout: ({ name }) => Promise.resolve(handout("letter-setup", "batch:CreateJobQueue", name)),
    analystHandout: ({ name }) => Promise.resolve(handout("letter-analyst", "batch:SubmitJob", name)),
    launchHandout: (stack) => Promise.resolve(handout("letter-analyst", "batch:SubmitJob", stack)),
    mayLaunch: () => Promise.resolve([]),
    plan: (wish) =>
      world.read("batch:DescribeComputeEnvironments", () => {
        const known = found(wish);
        const wrong = checks(wish, known, world.taken).filter(({ verdict }) => verdict === "wrong");
        return {
          ...plan(wish, known),
          in_the_way: wrong,
          busy: known && shrinks(known, wish) ? busyOf(world, wish.name) : [],
        };
      }),
    previewTerraform: (wish, options) => Promise.resolve(terraformOf(wish, options)),
    create: (wish, despite, progress) => {
      const wrong = checks(wish, found(wish), world.taken).filter(({ verdict }) => verdict === "wrong");
      if (wrong.length > 0 && !despite)
        return Promise.reject(
          failure("findings-in-the-way", "The check stops it before anything is sent.", {
            causes: wrong.map(({ finding }) => finding.text),
          }),
        );
      return create(world, wish, progress);
    },
    resume: (stack, progress) => {
      const act = world.unfinished.find((run) => run.stack === stack)?.act ?? "create";
      return act === "create"
        ? create(world, made(stack), progress, true)
        : remove(world, made(stack), act, progress);
    },
    planUndo: (stack) =>
      world.read("batch:DescribeJobQueues", () => ({ ...teardownPlan(made(stack)), act: "undo" as const })),
    planPutBack: (stack, part) =>
      world.read("batch:DescribeJobQueues", () => ({
        ...teardownPlan(made(stack)),
        act: "create" as const,
        busy: part.startsWith("compute-environment/") ? busyOf(world, stack) : [],
      })),
    putBack: (stack, _part, progress) => create(world, made(stack), progress, true),
    accept: (stack) => {
      const known = stackNamed(world, stack);
      if (known.drifted) known.blueprint = known.drifted;
      delete known.drifted;
      return Promise.resolve();
    },
    planAdopt: (wish) => world.read("iam:GetRole", () => adoptionPlan(wish)),
    adopt: async (wish, progress) => {
      world.taken = false;
      return walk(world, begin(adoptionPlan(wish), "adopt"), progress, null);
    },
    undo: (stack, progress) => remove(world, made(stack), "undo", progress),
    keep: (stack) => {
      world.unfinished = world.unfinished.filter((run) => run.stack !== stack);
      return Promise.resolve();
    },
    rebuild: (stack) =>
      world.read("batch:DescribeComputeEnvironments", () => {
        world.damaged.delete(stack);
        return {
          stack,
          parts: checks(made(stack), made(stack)).map(({ id }) => id),
          kept_as: [`stacks/${stack}/journal.damaged-1-1.jsonl`],
        };
      }),
    stopRun: () => {
      world.stopping = true;
      return Promise.resolve();
    },
    unfinished: () => Promise.resolve(world.unfinished),
    stacks: () =>
      world.read("batch:DescribeComputeEnvironments", () =>
        [...world.stacks.keys()].map((name) => summaryOf(world, name)),
      ),
    stack: (name) =>
      world.read("batch:DescribeComputeEnvironments", () => {
        const stack = stackNamed(world, name);
        const items = checks(stack.blueprint, stack.drifted ?? stack.blueprint);
        if (stack.health === "broken") {
          const item = items.find(({ subject }) => subject === "execution-role");
          if (item)
            Object.assign(item, {
              verdict: "wrong",
              finding: say("role-gone", "Gone: somebody deleted it, so new jobs cannot pull their image."),
              remedy: say("set-up-again", "Set the stack up again: Slipway makes only what is missing."),
            });
        }
        return {
          summary: summaryOf(world, name),
          blueprint: stack.blueprint,
          items,
          acceptable: items.filter(({ verdict }) => verdict === "mend").map(({ id }) => id),
          console_links: Object.fromEntries(
            items
              .filter(({ id }) => id.startsWith("resource:"))
              .map(({ id }) => [id, `https://us-east-1.console.aws.amazon.com/batch/home#${id}`]),
          ),
        };
      }),
    planTeardown: (name) =>
      world.read("batch:DescribeJobQueues", () => ({
        ...teardownPlan(stackNamed(world, name).blueprint),
        busy: busyOf(world, name),
      })),
    teardown: (name, _images, progress) =>
      remove(world, stackNamed(world, name).blueprint, "teardown", progress),
    terraform: (name, options) =>
      world.read("batch:DescribeComputeEnvironments", () =>
        terraformOf(stackNamed(world, name).blueprint, options),
      ),
    terraformFolder: (name) => Promise.resolve(`/Users/ana/${name}-terraform`),
    chooseFolder: () => Promise.resolve(null),
    saveTerraform: async (name, options, folder) => {
      await world.pass(1);
      return {
        folder,
        written: terraformOf(made(name), options).map((file) => file.name),
        unchanged: [],
        removed: [],
      };
    },
    requestQuota: (_service, _code, desired) =>
      world.read("servicequotas:RequestServiceQuotaIncrease", () => ({
        status: "pending" as const,
        desired,
        case: null,
        asked_at: null,
      })),
    mend: (changes) => {
      world.mended.push(
        ...changes.map((change) => ({ at: Date.now(), change, outcome: { kind: "done" as const } })),
      );
      return Promise.resolve(changes.map((change) => ({ change, already: false })));
    },
    mended: () => Promise.resolve([...world.mended]),
    amend: (blueprint) => Promise.resolve(blueprint),
    openConsole: () => Promise.resolve(),
    jobQueues: () => world.read("batch:DescribeJobQueues", () => queuesOf(world)),
    jobTargets: () =>
      world.read("batch:DescribeJobQueues", () =>
        [...world.stacks.values()].flatMap(({ blueprint: wish }) => targetsOf(wish)),
      ),
    submitCommandLine: (submit) => Promise.resolve(commandLine(submit)),
    submit: async (submit) => {
      await world.pass(0.6);
      const wrong = submit.depends_on.flatMap((id, at) =>
        /^[\da-z-]+(:\d+)?$/i.test(id)
          ? []
          : [{ field: `depends_on[${at}]`, problem: say("submit-dependency", `"${id}" is not a job's id.`) }],
      );
      if (wrong.length > 0)
        throw failure("submit-invalid", "The request breaks a rule, so nothing was sent to AWS.", {
          causes: wrong.map(({ field, problem }) => `${field}: ${problem.text}`),
          advice: "Mend the fields that are named, and try again.",
          fields: wrong,
        });
      world.called("batch:SubmitJob", true);
      const id = crypto.randomUUID();
      world.jobs.unshift({
        submit,
        attempts: 1,
        summary: {
          id,
          name: submit.name,
          state: "SUBMITTED",
          reason: null,
          created_at: Date.now(),
          started_at: null,
          stopped_at: null,
          exit_code: null,
          array_size: submit.array_size,
        },
      });
      return { id, name: submit.name, arn: `arn:aws:batch:us-east-1:123456789012:job/${id}` };
    },
    jobs: (queue, states, search) =>
      world.read("batch:ListJobs", () =>
        listJobs(
          world.jobs.filter((job) => queueOf(job) === queue).map((job) => grown(job, second)),
          states,
          search,
        ),
      ),
    job: (id) =>
      world.read("batch:DescribeJobs", () => {
        const job = jobNamed(world, id);
        return viewJob(job, grown(job, second));
      }),
    jobLogs: (id, _attempt, token) =>
      world.read("logs:GetLogEvents", () => {
        const job = jobNamed(world, id);
        return logsOf(grown(job, second), job.submit, token, second);
      }),
    cancelJobs: async (ids, reason) => {
      await world.pass(0.5);
      world.called("batch:CancelJobs", true);
      end(world, ids, reason);
      return { stopped: ids, ended: [] };
    },
    terminateJobs: async (ids, reason) => {
      await world.pass(0.5);
      world.called("batch:TerminateJobs", true);
      end(world, ids, reason);
      return { stopped: ids, ended: [] };
    },
    activity: () => Promise.resolve([...world.activity]),
    saveActivity: () => Promise.resolve("/Users/ana/slipway-aws-calls.jsonl"),
  };
}

/** Saved accounts outlive a page, because the keys window is a page of its own. */
const SHELF = "slipway-fake-accounts";

export function fakeHost(switches: Partial<Switches> = {}): Host {
  const world = new World({ ...usual, ...switches });
  if (world.switches.connected) {
    const practice = world.switches.connected !== "aws";
    world.session = viewOf({
      kind: practice ? "practice" : "profile",
      name: practice ? null : "northwind-admin",
      region: "us-east-1",
      endpoint: null,
    });
  }
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key !== SHELF || !newValue) return;
    world.accounts.push(JSON.parse(newValue));
    world.emit("accounts-changed", null);
  });
  return {
    commands: commandsOf(world),
    keys: {
      saveKeys: async (name, region, endpoint, key_id) => {
        await world.pass(1);
        if (!/^A[A-Z0-9]{15,}$/.test(key_id)) {
          throw failure("keys-malformed", "This is not an access key id.", {
            advice: "An access key id has 20 capital letters and digits, and begins with AKIA or ASIA.",
            fields: [
              {
                field: "key_id",
                problem: say("key-id", "20 capital letters and digits, AKIA or ASIA first."),
              },
            ],
          });
        }
        localStorage.setItem(SHELF, JSON.stringify({ name, region, endpoint, key_hint: key_id.slice(-4) }));
      },
    },
    channel: (heard) => ({ onmessage: heard }),
    on: (event, heard) => Promise.resolve(world.on(event, heard)),
    closeWindow: () => Promise.resolve(window.close()),
  };
}
