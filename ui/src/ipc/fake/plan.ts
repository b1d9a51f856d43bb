import type { Blueprint, CheckItem, Evidence, Group, PlanView, StepView, Text, Verdict } from "../contract";
import { changes } from "./changes";
import { say } from "./world";

const ACCOUNT = "123456789012";

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

const exists = (thing: Thing) => thing.kind === "default-vpc" || thing.kind === "service-linked-role";

export function checks(wish: Blueprint, found: Blueprint | null): CheckItem[] {
  const changed = found ? changes(found, wish) : null;
  const item = (
    id: string,
    group: Group,
    subject: string,
    name: string | null,
    verdict: Verdict,
    finding: Text,
    evidence: Evidence[] = [],
    remedy: Text | null = null,
  ): CheckItem => ({ id, group, subject, name, verdict, finding, differences: [], evidence, remedy });
  const arn = `arn:aws:iam::${ACCOUNT}:user/ana`;
  const list = [
    item("caller", "account", "caller", "ana", "ready", say("signed-in", `Signed in as ${arn}.`), [
      { label: "Account", value: ACCOUNT },
      { label: "ARN", value: arn },
      { label: "Asked", value: "sts:GetCallerIdentity" },
    ]),
    item(
      "permissions",
      "account",
      "permissions",
      null,
      "cannot-tell",
      say(
        "simulate-denied",
        "You may not ask what you may do here (iam:SimulatePrincipalPolicy was denied), so this could not be checked. Setting up may still work.",
      ),
      [{ label: "AWS said", value: "User: ana is not authorized to perform: iam:SimulatePrincipalPolicy" }],
      say("ask-admin", "Hand the policy on the next page to whoever looks after the account."),
    ),
  ];
  for (const thing of things(wish)) {
    const differences = changed?.get(thing.id) ?? [];
    if (differences.length > 0) {
      const finding = say("check-wrong", `${thing.name} is there, but not as it should be.`);
      const remedy = say("check-mend", "Slipway will put it right.");
      const one = item(
        `resource:${thing.id}`,
        thing.group,
        thing.kind,
        thing.name,
        "mend",
        finding,
        [],
        remedy,
      );
      list.push({ ...one, differences });
      continue;
    }
    const ready = found !== null || exists(thing);
    list.push(
      item(
        `resource:${thing.id}`,
        thing.group,
        thing.kind,
        thing.name,
        ready ? "ready" : "make",
        ready
          ? say(
              "there",
              thing.kind === "service-linked-role"
                ? "There; AWS keeps it for every compute environment of the account."
                : "There, and as it should be.",
            )
          : say("will-make", "Not there; Slipway will make it."),
        [
          { label: "Asked", value: thing.calls[0]?.replace("Create", "Get") ?? "ec2:DescribeVpcs" },
          { label: ready ? "Found" : "Wanted", value: thing.name },
        ],
      ),
    );
  }
  const exit = wish.network.kind === "default-vpc";
  list.push(
    item(
      "network-exit",
      "network",
      "network-exit",
      null,
      exit ? "ready" : "waiting",
      exit
        ? say(
            "exit-ok",
            "Jobs reach AWS: 3 subnets route to an internet gateway, and jobs get a public address.",
          )
        : say(
            "exit-later",
            "Nothing to look at yet; the new route table will send 0.0.0.0/0 to the internet gateway.",
          ),
      exit
        ? [
            {
              label: "subnet-0a1f",
              value: "rtb-07c2 · 0.0.0.0/0 → igw-0d41 (active) · us-east-1a · 4,091 free addresses",
            },
            {
              label: "subnet-0b2e",
              value: "rtb-07c2 · 0.0.0.0/0 → igw-0d41 (active) · us-east-1b · 4,091 free addresses",
            },
            {
              label: "subnet-0c3d",
              value: "rtb-07c2 · 0.0.0.0/0 → igw-0d41 (active) · us-east-1c · 4,089 free addresses",
            },
          ]
        : [],
    ),
  );
  const definition = wish.job_definitions[0];
  list.push(
    item(
      "image",
      "image",
      "image",
      definition?.image ?? null,
      "cannot-tell",
      say(
        "image-public",
        "A public image; whether it is there and fits the processor cannot be told from here.",
      ),
      [
        { label: "Image", value: definition?.image ?? "" },
        { label: "Architecture wanted", value: definition?.architecture ?? "" },
      ],
    ),
  );
  const vcpus = wish.compute_environments[0]?.max_vcpus ?? 0;
  list.push(
    vcpus > 6
      ? item(
          "fargate-vcpus",
          "limits",
          "fargate-vcpus",
          "L-3032A538",
          vcpus > 4000 ? "wrong" : "warning",
          say(
            "quota-low",
            `You asked for ${vcpus} vCPU; this account's limit for Fargate is 6, so Batch would stop at 6.`,
          ),
          [
            { label: "Limit", value: "6 vCPU (servicequotas:GetServiceQuota fargate L-3032A538)" },
            { label: "Asked for", value: `${vcpus} vCPU` },
          ],
          say("quota-ask", "Ask for 6 or fewer in Choose, or have AWS raise the limit under Service Quotas."),
        )
      : item(
          "fargate-vcpus",
          "limits",
          "fargate-vcpus",
          "L-3032A538",
          "ready",
          say("quota-ok", `${vcpus} vCPU fit in this account's limit of 6 for Fargate.`),
          [{ label: "Limit", value: "6 vCPU" }],
        ),
  );
  return list;
}

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
    changes_something: steps.some((step) => step.act !== "keep"),
    running_jobs: 0,
    blocked: null,
  };
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
  return { ...plan(wish, wish), act: "teardown", steps, policy: policy(steps) };
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
