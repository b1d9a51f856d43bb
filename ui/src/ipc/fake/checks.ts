import type { Blueprint, CheckItem, Evidence, Group, RolePart, Text, Verdict } from "../contract";
import { changes } from "./changes";
import { exists, things } from "./plan";
import { say } from "./world";

const ACCOUNT = "123456789012";

/** What is found out before a create, in an account that holds the stack already, as this blueprint says, or does not. */
export function checks(wish: Blueprint, found: Blueprint | null, taken = false): CheckItem[] {
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
  ): CheckItem => ({
    id,
    group,
    subject,
    name,
    verdict,
    finding,
    differences: [],
    evidence,
    remedy,
    quota: null,
    fixes: [],
  });
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
    if (taken && thing.kind === "log-group") {
      const finding = say(
        "foreign",
        `The name ${thing.name} is taken by something that Slipway did not make.`,
      );
      list.push(item(`resource:${thing.id}`, thing.group, thing.kind, thing.name, "wrong", finding));
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
      "reach-registry",
      "network",
      "reach-registry",
      null,
      exit ? "ready" : "waiting",
      exit
        ? say(
            "reach-ready",
            "Jobs reach AWS: 3 subnets route to an internet gateway, and jobs get a public address.",
          )
        : say(
            "reach-will-be-made",
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

/** Which role does what. */
export function roles(wish: Blueprint): RolePart[] {
  const part = (kind: string, name: string, who: string, by: string, does: string): RolePart => ({
    id: `${kind}/main`,
    kind,
    name,
    who: say("who", who),
    by: say("by", by),
    does: say("does", does),
    verdict: "make",
  });
  return [
    part(
      "service-linked-role",
      "AWSServiceRoleForBatch",
      "AWS Batch",
      "AWS's own",
      "starts and stops compute",
    ),
    part(
      "execution-role",
      `${wish.name}-execution`,
      "Amazon ECS",
      "named in the job definition",
      "pulls the image",
    ),
    part(
      "job-role",
      `${wish.name}-job-role`,
      "Your code",
      "named in the job definition",
      "may do nothing in AWS",
    ),
  ];
}
