import type { Blueprint, Group, PlanView, StepView } from "../contract";
import { changes } from "./changes";
import { say } from "./world";

interface Thing {
  id: string;
  kind: string;
  group: Group;
  name: string;
  after: string[];
  calls: string[];
  seconds: number;
}

/** The resources a Fargate blueprint asks for, in the order of their dependencies. */
export function things(wish: Blueprint): Thing[] {
  const stack = wish.name;
  const list: Thing[] = [];
  const add = (thing: Thing) => list.push(thing);
  const iam = ["iam:CreateRole", "iam:TagRole", "iam:AttachRolePolicy"];
  if (wish.service_role === "classic") {
    add({
      id: "service-role",
      kind: "service-role",
      group: "roles",
      name: `${stack}-service`,
      after: [],
      calls: iam,
      seconds: 2,
    });
  } else {
    add({
      id: "service-linked-role",
      kind: "service-linked-role",
      group: "roles",
      name: "AWSServiceRoleForBatch",
      after: [],
      calls: ["iam:CreateServiceLinkedRole"],
      seconds: 1,
    });
  }
  const service = list[0]?.id ?? "";
  add({
    id: "execution-role",
    kind: "execution-role",
    group: "roles",
    name: `${stack}-execution`,
    after: [],
    calls: iam,
    seconds: 2,
  });
  add({
    id: "job-role/main",
    kind: "job-role",
    group: "roles",
    name: `${stack}-main-role`,
    after: [],
    calls: iam.slice(0, 2),
    seconds: 1,
  });
  let vpc = "default-vpc";
  const exit: string[] = [];
  if (wish.network.kind === "new-vpc") {
    vpc = "vpc";
    add({
      id: "vpc",
      kind: "vpc",
      group: "network",
      name: `${stack}-vpc`,
      after: [],
      calls: ["ec2:CreateVpc", "ec2:ModifyVpcAttribute"],
      seconds: 2,
    });
    add({
      id: "internet-gateway",
      kind: "internet-gateway",
      group: "network",
      name: `${stack}-igw`,
      after: ["vpc"],
      calls: ["ec2:CreateInternetGateway", "ec2:AttachInternetGateway"],
      seconds: 2,
    });
    for (const part of ["a", "b"]) {
      add({
        id: `subnet/${part}`,
        kind: "subnet",
        group: "network",
        name: `${stack}-public-${part}`,
        after: ["vpc"],
        calls: ["ec2:CreateSubnet", "ec2:ModifySubnetAttribute"],
        seconds: 2,
      });
    }
    add({
      id: "route-table",
      kind: "route-table",
      group: "network",
      name: `${stack}-public`,
      after: ["internet-gateway", "subnet/a", "subnet/b"],
      calls: ["ec2:CreateRouteTable", "ec2:CreateRoute", "ec2:AssociateRouteTable"],
      seconds: 3,
    });
    exit.push("route-table");
  } else {
    add({
      id: "default-vpc",
      kind: "default-vpc",
      group: "network",
      name: "vpc-0a41c29be7",
      after: [],
      calls: [],
      seconds: 0,
    });
  }
  add({
    id: "security-group",
    kind: "security-group",
    group: "network",
    name: `${stack}-jobs`,
    after: [vpc],
    calls: ["ec2:CreateSecurityGroup", "ec2:CreateTags"],
    seconds: 1,
  });
  add({
    id: "log-group",
    kind: "log-group",
    group: "batch",
    name: `/slipway/${stack}`,
    after: [],
    calls: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
    seconds: 1,
  });
  for (const { name } of wish.repositories) {
    add({
      id: `repository/${name}`,
      kind: "repository",
      group: "image",
      name: `${stack}/${name}`,
      after: [],
      calls: ["ecr:CreateRepository"],
      seconds: 1,
    });
  }
  for (const { name } of wish.compute_environments) {
    add({
      id: `compute-environment/${name}`,
      kind: "compute-environment",
      group: "batch",
      name: `${stack}-${name}`,
      after: [service, "security-group", ...exit],
      calls: ["batch:CreateComputeEnvironment"],
      seconds: 14,
    });
  }
  for (const { name, compute_environments } of wish.job_queues) {
    add({
      id: `job-queue/${name}`,
      kind: "job-queue",
      group: "batch",
      name: `${stack}-${name}`,
      after: compute_environments.map((n) => `compute-environment/${n}`),
      calls: ["batch:CreateJobQueue"],
      seconds: 5,
    });
  }
  for (const { name } of wish.job_definitions) {
    add({
      id: `job-definition/${name}`,
      kind: "job-definition",
      group: "batch",
      name: `${stack}-${name}`,
      after: ["execution-role", `job-role/${name}`, "log-group"],
      calls: ["batch:RegisterJobDefinition"],
      seconds: 1,
    });
  }
  return list;
}

/** What an account has before Slipway comes. */
export const exists = (thing: Thing) => thing.kind === "default-vpc" || thing.kind === "service-linked-role";

/** A plan for an account that holds the stack already, as this blueprint says, or does not. */
export function plan(wish: Blueprint, found: Blueprint | null): PlanView {
  const changed = found ? changes(found, wish) : null;
  const steps: StepView[] = things(wish).map((thing) => {
    const differences = changed?.get(thing.id) ?? [];
    const keep = differences.length === 0 && (found !== null || exists(thing));
    return {
      id: thing.id,
      kind: thing.kind,
      name: thing.name,
      act: keep ? "keep" : differences.length > 0 ? "change" : "create",
      reason: keep
        ? say("as-wanted", "Already there, and as it should be.")
        : differences.length > 0
          ? say("plan-change", `${thing.name} is changed where it is.`)
          : say("missing", "Not there yet."),
      differences,
      after: thing.after,
      calls: keep
        ? []
        : thing.calls.map((action) => ({ action, on: `arn:aws:${action.split(":")[0]}:…:${thing.name}` })),
      typical_seconds: keep ? 0 : thing.seconds,
    };
  });
  return {
    stack: wish.name,
    act: "create",
    steps,
    policy: policy(steps),
    standing_cost: {
      usd: 0,
      per: "month",
      note: say("free-standing", "Nothing costs money while no job runs."),
    },
    running_cost: {
      usd: 0.0494,
      per: "vcpu-hour",
      note: say("fargate-rate", "Fargate in us-east-1: $0.04048 a vCPU-hour and $0.004445 a GB-hour."),
    },
    costs: costs(wish),
    changes_something: steps.some((step) => step.act !== "keep"),
    busy: [],
    blocked: null,
    in_the_way: [],
  };
}

const DAY = 86_400_000;

/** Fargate by the list that is carried; Spot with a week that moved. */
function costs(wish: Blueprint): PlanView["costs"] {
  const now = Date.now();
  const spot = wish.compute_environments.filter(({ kind }) => kind === "spot");
  const hour = (low: number, high: number, onSpot: boolean): PlanView["costs"]["most"][number]["hour"] =>
    onSpot
      ? { low, high, at_best: "c6i.large", at_worst: "r6i.large", source: { from: "spot-market", at: now } }
      : {
          low: high,
          high,
          at_best: null,
          at_worst: null,
          source: { from: "carried", of: "2026", estimated: false },
        };
  const zones = ["us-east-1a", "us-east-1b"].map((zone, nth) => {
    const points = [0.031, 0.034, 0.033, 0.036, 0.035, 0.032, 0.0335].map((usd, day) => ({
      at: now - (7 - day) * DAY,
      usd: usd + nth * 0.001,
    }));
    const prices = points.map(({ usd }) => usd);
    return {
      zone,
      now: prices.at(-1) ?? 0,
      low: Math.min(...prices),
      high: Math.max(...prices),
      points,
    };
  });
  return {
    jobs: wish.job_definitions.map((job) => ({
      job: job.name,
      environment: wish.compute_environments[0]?.name ?? "",
      hour: hour(0.0155, 0.0247, spot.length > 0),
    })),
    most: wish.compute_environments.map(({ name, kind, max_vcpus }) => ({
      environment: name,
      vcpus: max_vcpus,
      hour: hour(max_vcpus * 0.0155, max_vcpus * 0.0494, kind === "spot"),
    })),
    spot: spot.map(({ name }) => ({
      environment: name,
      instance_type: "c6i.large",
      on_demand: 0.085,
      since: now - 7 * DAY,
      until: now,
      zones,
    })),
  };
}

/** What would be tagged where a name is taken. */
export function adoptionPlan(wish: Blueprint): PlanView {
  const whole = plan(wish, wish);
  const taken = whole.steps.filter(({ kind }) => kind === "log-group");
  const steps = taken.map((step) => ({
    ...step,
    act: "change" as const,
    reason: say("plan-adopt", `${step.name} gets this stack's tags. From then on it is the stack's.`),
    calls: [{ action: "logs:TagResource", on: step.name }],
  }));
  return { ...whole, act: "adopt", steps, changes_something: true };
}

export function teardownPlan(wish: Blueprint): PlanView {
  const list = things(wish);
  const steps: StepView[] = list.toReversed().map((thing) => {
    const stays = exists(thing);
    return {
      id: thing.id,
      kind: thing.kind,
      name: thing.name,
      act: stays ? "keep" : "delete",
      reason: stays
        ? thing.kind === "default-vpc"
          ? say("stays-default-vpc", "It came with the account; Slipway only uses it.")
          : say("stays-service-linked-role", "AWS keeps it for every compute environment of the account.")
        : say("goes", "Made by Slipway for this stack."),
      differences: [],
      after: list.filter((other) => other.after.includes(thing.id)).map((other) => other.id),
      calls: stays
        ? []
        : thing.calls
            .slice(0, 1)
            .map((c) => ({ action: c.replace(/Create|Register/, "Delete"), on: thing.name })),
      typical_seconds: stays ? 0 : Math.ceil(thing.seconds / 2),
    };
  });
  return { ...plan(wish, wish), act: "teardown", steps, policy: policy(steps), changes_something: true };
}

function policy(steps: StepView[]): string {
  const actions = [...new Set(steps.flatMap((step) => step.calls.map((call) => call.action)))].sort();
  return JSON.stringify(
    {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Look",
          Effect: "Allow",
          Action: ["batch:Describe*", "ec2:Describe*", "iam:GetRole", "ecr:DescribeRepositories"],
          Resource: "*",
        },
        {
          Sid: "Make",
          Effect: "Allow",
          Action: actions,
          Resource: "*",
          Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
        },
      ],
    },
    null,
    2,
  );
}
