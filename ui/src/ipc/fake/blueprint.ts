import type { Blueprint, FieldProblem } from "../contract";
import { say } from "./world";

export const IMAGE = "public.ecr.aws/docker/library/busybox:1.36";

export function blueprint(name: string): Blueprint {
  return {
    name,
    service_role: "service-linked",
    tags: {},
    network: { kind: "default-vpc" },
    flows: [],
    scheduling_policies: [],
    logs: { retention_days: 30 },
    repositories: [{ name: "jobs" }],
    compute_environments: [
      { name: "main", kind: "fargate", state: "enabled", max_vcpus: 4, instances: null },
    ],
    job_queues: [
      {
        name: "main",
        priority: 1,
        state: "enabled",
        compute_environments: ["main"],
        scheduling_policy: null,
      },
    ],
    job_definitions: [
      {
        name: "main",
        platform: "fargate",
        image: IMAGE,
        registry_secret: null,
        command: ["echo", "hello from Slipway"],
        vcpu: "0.25",
        memory_mib: 512,
        gpus: 0,
        architecture: "x86_64",
        environment: {},
        secrets: {},
        parameters: {},
        volumes: [],
        mounts: [],
        ulimits: [],
        privileged: false,
        user: null,
        ephemeral_storage_gib: null,
        attempts: 1,
        retry: [],
        timeout_seconds: 3600,
        assign_public_ip: true,
        propagate_tags: true,
        scheduling_priority: null,
        access: [],
      },
    ],
  };
}

/** The same on instances of spare capacity. */
export function onSpot(name: string): Blueprint {
  const wish = blueprint(name);
  for (const environment of wish.compute_environments) {
    environment.kind = "spot";
    environment.instances = {
      types: ["default_x86_64"],
      allocation_strategy: "spot-price-capacity-optimized",
      min_vcpus: 0,
      desired_vcpus: null,
      bid_percentage: null,
      key_pair: null,
      ami: "al2023",
      launch_template: null,
    };
  }
  for (const definition of wish.job_definitions) {
    Object.assign(definition, { platform: "ec2", vcpu: "1", memory_mib: 1024 });
  }
  return wish;
}

/** With instances beside Fargate: a queue on them, shared out between people, and two definitions. */
export function withHosts(wish: Blueprint): Blueprint {
  const hosts = onSpot(wish.name);
  const named = <T extends { name: string }>(list: T[], ...names: string[]) =>
    names.flatMap((name) => list.map((one) => ({ ...one, name })));
  return {
    ...wish,
    compute_environments: [...wish.compute_environments, ...named(hosts.compute_environments, "spot")],
    job_queues: [
      ...wish.job_queues,
      ...named(hosts.job_queues, "spare").map((queue) => ({
        ...queue,
        compute_environments: ["spot"],
        scheduling_policy: "lab",
      })),
    ],
    scheduling_policies: [
      {
        name: "lab",
        share_decay_seconds: 3600,
        compute_reservation: 0,
        shares: { research: 0.5, "user*": 1 },
      },
    ],
    job_definitions: [...wish.job_definitions, ...named(hosts.job_definitions, "align", "segment")],
  };
}

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Some of the rules that Rust holds, so that a form has something to show. */
export function problems(wish: Blueprint): FieldProblem[] {
  const found: FieldProblem[] = [];
  const add = (field: string, code: string, text: string) => found.push({ field, problem: say(code, text) });
  if (!/^[a-z][a-z0-9-]{2,31}$/.test(wish.name)) {
    add(
      "name",
      "stack-name",
      "A stack's name has 3 to 32 characters: small letters, digits and hyphens, a letter first.",
    );
  }
  if (wish.network.kind === "new-vpc") {
    const match = CIDR.exec(wish.network.cidr);
    const size = Number(match?.[5]);
    if (!match || size < 16 || size > 27) {
      add(
        "network.cidr",
        "cidr",
        `${wish.network.cidr || "Nothing"} is no address range between /16 and /27.`,
      );
    }
  }
  wish.compute_environments.forEach((environment, at) => {
    if (!(environment.max_vcpus >= 1)) {
      add(`compute_environments[${at}].max_vcpus`, "max-vcpus", "At least 1 vCPU, or no job could ever run.");
    }
  });
  wish.job_definitions.forEach((definition, at) => {
    const path = `job_definitions[${at}]`;
    for (const name of Object.keys(definition.environment ?? {}).filter((key) =>
      key.startsWith("AWS_BATCH"),
    )) {
      add(
        `${path}.environment.${name}`,
        "rule-env-reserved",
        `${name} is reserved: AWS Batch sets it itself.`,
      );
    }
    if (!definition.image.trim()) add(`${path}.image`, "image", "A job needs an image to run.");
    if (definition.vcpu === "0.25" && definition.memory_mib > 2048) {
      add(`${path}.memory_mib`, "fargate-size", "Fargate offers 512, 1,024 or 2,048 MiB with 0.25 vCPU.");
    }
    if (!(definition.attempts >= 1 && definition.attempts <= 10)) {
      add(`${path}.attempts`, "attempts", "Between 1 and 10 attempts.");
    }
    if (definition.timeout_seconds !== null && definition.timeout_seconds < 60) {
      add(`${path}.timeout_seconds`, "timeout", "AWS Batch takes 60 seconds or more.");
    }
  });
  return found;
}

const quote = (text: string) => JSON.stringify(text);

export function toToml(wish: Blueprint): string {
  const definition = wish.job_definitions[0];
  const environment = wish.compute_environments[0];
  const queue = wish.job_queues[0];
  if (!definition || !environment || !queue) return "";
  const lines = [
    `name = ${quote(wish.name)}`,
    `service_role = ${quote(wish.service_role)}`,
    "",
    "[tags]",
    ...Object.entries(wish.tags).map(([key, value]) => `${quote(key)} = ${quote(value)}`),
    "",
    "[network]",
    `kind = ${quote(wish.network.kind)}`,
    ...(wish.network.kind === "new-vpc"
      ? [`cidr = ${quote(wish.network.cidr)}`, `way_out = ${quote(wish.network.way_out)}`]
      : []),
    "",
    "[logs]",
    `retention_days = ${wish.logs.retention_days}`,
    "",
    ...wish.repositories.flatMap((repository) => [
      "[[repositories]]",
      `name = ${quote(repository.name)}`,
      "",
    ]),
    "[[compute_environments]]",
    `name = ${quote(environment.name)}`,
    `kind = "fargate"`,
    `max_vcpus = ${environment.max_vcpus}`,
    "",
    "[[job_queues]]",
    `name = ${quote(queue.name)}`,
    `priority = ${queue.priority}`,
    `compute_environments = [${queue.compute_environments.map(quote).join(", ")}]`,
    "",
    "[[job_definitions]]",
    `name = ${quote(definition.name)}`,
    `image = ${quote(definition.image)}`,
    `command = [${definition.command.map(quote).join(", ")}]`,
    `vcpu = ${quote(definition.vcpu)}`,
    `memory_mib = ${definition.memory_mib}`,
    `architecture = ${quote(definition.architecture)}`,
    `attempts = ${definition.attempts}`,
    ...(definition.timeout_seconds === null ? [] : [`timeout_seconds = ${definition.timeout_seconds}`]),
    `assign_public_ip = ${definition.assign_public_ip}`,
    "",
    "[job_definitions.environment]",
    ...Object.entries(definition.environment).map(([key, value]) => `${key} = ${quote(value)}`),
    "",
  ];
  return lines.join("\n");
}

/** Understands what `toToml` writes: enough to edit in a browser. */
export function fromToml(text: string): Blueprint {
  const wish = blueprint("stack");
  const [environment, queue, definition] = [
    wish.compute_environments[0],
    wish.job_queues[0],
    wish.job_definitions[0],
  ];
  let into: Record<string, unknown> = wish as unknown as Record<string, unknown>;
  text.split("\n").forEach((line, at) => {
    const trimmed = line.trim();
    if (!trimmed || trimmed.startsWith("#")) return;
    const section = /^\[+([a-z_.]+)\]+$/.exec(trimmed)?.[1];
    if (section) {
      const homes: Record<string, unknown> = {
        tags: wish.tags,
        network: wish.network,
        logs: wish.logs,
        repositories: wish.repositories[0],
        compute_environments: environment,
        job_queues: queue,
        job_definitions: definition,
        "job_definitions.environment": definition?.environment,
      };
      if (!homes[section]) throw problemAt(at, `unknown field \`${section}\``);
      into = homes[section] as Record<string, unknown>;
      return;
    }
    const pair = /^("[^"]+"|[A-Za-z0-9_]+)\s*=\s*(.+)$/.exec(trimmed);
    if (!pair?.[1] || !pair[2]) throw problemAt(at, "expected `key = value`");
    try {
      into[pair[1].replaceAll('"', "")] = JSON.parse(pair[2]);
    } catch {
      throw problemAt(at, `invalid value \`${pair[2]}\``);
    }
  });
  return wish;
}

function problemAt(line: number, words: string) {
  return {
    code: "blueprint-unreadable",
    message: `Line ${line + 1} of the blueprint cannot be read.`,
    causes: [words],
    advice: "Mend the line, or go back to the form: it still holds the last blueprint that could be read.",
    request_id: null,
    fields: [],
  };
}
