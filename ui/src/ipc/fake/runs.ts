import type { Blueprint, Channel, PlanView, RunAct, RunStep, RunView } from "../contract";
import { plan, teardownPlan } from "./plan";
import { failure, say, type World } from "./world";

const REASON =
  "CLIENT_ERROR - Not authorized to perform sts:AssumeRole (Service: AWSSecurityTokenService; Status Code: 403; Error Code: AccessDenied)";

export function begin(view: PlanView, act: RunAct): RunView {
  const steps: RunStep[] = view.steps
    .filter((step) => step.act !== "keep" || act === "create")
    .map((step) => ({
      step,
      state: step.act === "keep" ? "done" : "waiting",
      started_at: null,
      ended_at: null,
      waits_for: null,
      failure: null,
      not_run_because: null,
    }));
  const left = steps.reduce((sum, { step }) => sum + step.typical_seconds, 0);
  return {
    run: `run-${Math.abs(Date.now() % 65_536).toString(16)}`,
    stack: view.stack,
    act,
    state: "running",
    steps,
    started_at: Date.now(),
    ended_at: null,
    failure: null,
    done: steps.filter((step) => step.state === "done").length,
    total: steps.length,
    seconds_left: left,
    held: null,
  };
}

/** Walks a run as Rust does: what is ready runs at once, each change is told. */
export async function walk(
  world: World,
  run: RunView,
  progress: Channel<RunView>,
  failAt: string | null,
): Promise<RunView> {
  const tell = () => {
    run.done = run.steps.filter((step) => step.state === "done").length;
    run.seconds_left = run.steps
      .filter((step) => step.state === "waiting" || step.state === "running")
      .reduce((sum, { step }) => sum + step.typical_seconds, 0);
    progress.onmessage(structuredClone(run));
  };
  const ended = (id: string) => run.steps.find(({ step }) => step.id === id)?.state ?? "done";
  const one = async (step: RunStep): Promise<void> => {
    step.state = "running";
    step.started_at = Date.now();
    if (step.step.typical_seconds > 4) {
      step.waits_for = say("waits-valid", "Waiting for VALID; usually 10–40 s.");
    }
    tell();
    for (const call of step.step.calls) world.called(call.action, true, "ok", call.on);
    await world.pass(step.step.typical_seconds);
    step.ended_at = Date.now();
    step.waits_for = null;
    if (step.step.id === failAt) {
      step.state = "failed";
      step.failure = failure(
        "environment-invalid",
        "AWS made the compute environment and then turned it INVALID, so no job could run on it.",
        {
          causes: [REASON],
          advice:
            "The role it works with is too young or does not trust batch.amazonaws.com. Try again: Slipway waits for the role and mends the environment.",
          request_id: "5c0d6a6e-8f2b-4a57-9e59-0d1b7c2f41aa",
        },
      );
      run.failure = step.failure;
    } else {
      step.state = "done";
    }
    tell();
  };
  const going = new Set<Promise<void>>();
  tell();
  for (;;) {
    const halted = run.failure !== null || world.stopping;
    if (world.stopping && run.state === "running") {
      run.state = "stopping";
      tell();
    }
    if (!halted) {
      for (const step of run.steps) {
        const ready = step.state === "waiting" && step.step.after.every((id) => ended(id) === "done");
        if (ready && going.size < 3) {
          const running = one(step).finally(() => going.delete(running));
          going.add(running);
        }
      }
    }
    if (going.size === 0) break;
    await Promise.race(going);
  }
  for (const step of run.steps.filter(({ state }) => state === "waiting")) {
    step.state = "not-run";
    step.not_run_because = run.failure
      ? say("not-run-after-failure", "Not begun, because a step before it failed.")
      : say("not-run-stopped", "Not begun, because you stopped.");
  }
  run.state = run.failure ? "failed" : world.stopping ? "stopped" : "done";
  run.ended_at = Date.now();
  world.stopping = false;
  tell();
  return structuredClone(run);
}

export async function create(
  world: World,
  wish: Blueprint,
  progress: Channel<RunView>,
  again = false,
): Promise<RunView> {
  const view = plan(wish, world.stacks.get(wish.name)?.blueprint ?? null);
  const failAt = world.switches.failCreate && !again ? "compute-environment/main" : null;
  const run = await walk(world, begin(view, "create"), progress, failAt);
  world.unfinished = world.unfinished.filter(({ stack }) => stack !== wish.name);
  if (run.state === "done") {
    world.stacks.set(wish.name, {
      blueprint: structuredClone(wish),
      created_at: Date.now(),
      health: "healthy",
    });
  } else {
    world.unfinished.push({
      run: run.run,
      stack: wish.name,
      act: "create",
      started_at: run.started_at,
      made: run.steps
        .filter(({ state, step }) => state === "done" && step.act === "create")
        .map(({ step }) => step.name),
      failure: run.failure,
    });
  }
  return run;
}

export async function remove(
  world: World,
  wish: Blueprint,
  act: RunAct,
  progress: Channel<RunView>,
): Promise<RunView> {
  const run = await walk(world, begin(teardownPlan(wish), act), progress, null);
  const before = world.unfinished.find(({ stack }) => stack === wish.name);
  world.unfinished = world.unfinished.filter(({ stack }) => stack !== wish.name);
  if (run.state === "done") {
    world.stacks.delete(wish.name);
  } else {
    world.unfinished.push({
      run: run.run,
      stack: wish.name,
      act,
      started_at: run.started_at,
      made: before?.made ?? [],
      failure: run.failure,
    });
  }
  return run;
}
