// What goes with a kind of compute, so that another choice leaves a blueprint that can work.
import type {
  AllocationStrategy,
  Blueprint,
  ComputeEnvironment,
  ComputeKind,
  Instances,
  JobDefinition,
  JobQueue,
  Platform,
} from "../../../ipc";
import { fittingMemory, VCPUS } from "../fargate";

export const KINDS: readonly ComputeKind[] = ["fargate", "fargate-spot", "ec2", "spot"];

export const platformOf = (kind: ComputeKind): Platform =>
  kind === "fargate" || kind === "fargate-spot" ? "fargate" : "ec2";

/** The strategies that AWS Batch takes for each kind, the recommended one first. */
export const STRATEGIES: Record<ComputeKind, readonly AllocationStrategy[]> = {
  fargate: [],
  "fargate-spot": [],
  ec2: ["best-fit-progressive", "best-fit-progressive-ordered", "best-fit"],
  spot: [
    "spot-price-capacity-optimized",
    "spot-capacity-optimized",
    "spot-capacity-optimized-prioritized",
    "best-fit-progressive",
    "best-fit",
  ],
};

export const freshTemplate = () => ({
  disk_gib: 50,
  disk_type: "gp3" as const,
  imdsv2: true,
  user_data: null,
});

export function freshInstances(kind: ComputeKind): Instances {
  return {
    types: ["default_x86_64"],
    allocation_strategy: STRATEGIES[kind][0] ?? "best-fit-progressive",
    min_vcpus: 0,
    desired_vcpus: null,
    bid_percentage: null,
    key_pair: null,
    ami: "al2023",
    launch_template: freshTemplate(),
  };
}

/** The instances of environments that were turned to Fargate, should they be turned back. */
const aside = new WeakMap<ComputeEnvironment, Instances>();

/** Another kind, with what goes with it: instances or none, a strategy that suits, a highest price on Spot alone. */
export function turnKind(environment: ComputeEnvironment, kind: ComputeKind): void {
  environment.kind = kind;
  if (platformOf(kind) === "fargate") {
    if (environment.instances) aside.set(environment, environment.instances);
    environment.instances = null;
    return;
  }
  environment.instances ??= aside.get(environment) ?? freshInstances(kind);
  const { instances } = environment;
  const [best] = STRATEGIES[kind];
  if (best && !STRATEGIES[kind].includes(instances.allocation_strategy)) instances.allocation_strategy = best;
  if (kind !== "spot") instances.bid_percentage = null;
}

/** The definitions for which this environment's queues hold nothing that could run them. */
export function stranded(blueprint: Blueprint, environment: ComputeEnvironment): JobDefinition[] {
  const platform = platformOf(environment.kind);
  const runs = (queue: JobQueue, definition: JobDefinition) =>
    blueprint.compute_environments.some(
      ({ name, kind }) =>
        queue.compute_environments.includes(name) && platformOf(kind) === definition.platform,
    );
  return blueprint.job_definitions.filter(
    (definition) =>
      definition.platform !== platform && !blueprint.job_queues.some((queue) => runs(queue, definition)),
  );
}

/** What only one of the platforms has, of definitions that were turned to the other. */
const kept = new WeakMap<JobDefinition, Partial<Record<Platform, Partial<JobDefinition>>>>();

/** Another platform, with a size that it has and without what it has not. */
export function turnPlatform(definition: JobDefinition, platform: Platform): void {
  if (definition.platform === platform) return;
  const before = kept.get(definition) ?? {};
  if (platform === "fargate") {
    const { gpus, privileged, ulimits } = definition;
    kept.set(definition, { ...before, ec2: { gpus, privileged, ulimits } });
    Object.assign(definition, { gpus: 0, privileged: false, ulimits: [] });
    const wanted = Number(definition.vcpu) || 0;
    definition.vcpu = VCPUS.find((vcpu) => Number(vcpu) >= wanted) ?? VCPUS.at(-1) ?? definition.vcpu;
    definition.memory_mib = fittingMemory(definition.vcpu, definition.memory_mib);
  } else {
    const { ephemeral_storage_gib } = definition;
    kept.set(definition, { ...before, fargate: { ephemeral_storage_gib } });
    definition.ephemeral_storage_gib = null;
    definition.vcpu = String(Math.max(Math.ceil(Number(definition.vcpu)) || 1, 1));
  }
  Object.assign(definition, before[platform]);
  definition.platform = platform;
}

/** A preset's blueprint with what a person has settled that holds for any kind of compute. */
export function keepSettled(preset: Blueprint, mine: Blueprint): Blueprint {
  const { name, service_role, tags, network, flows, logs, repositories } = mine;
  return { ...preset, name, service_role, tags, network, flows, logs, repositories };
}

/** The same with the person's own jobs, as far as they are not a matter of where they run. */
export function keepJobs(preset: Blueprint, mine: Blueprint): Blueprint {
  const [sample] = preset.job_definitions;
  if (!sample) return preset;
  const job_definitions = mine.job_definitions.map((definition) => {
    const volumes = definition.volumes.filter(({ kind }) => kind === "efs" || sample.platform === "ec2");
    const names = volumes.map((volume) => volume.name);
    return {
      ...sample,
      name: definition.name,
      image: definition.image,
      registry_secret: definition.registry_secret,
      command: definition.command,
      environment: definition.environment,
      secrets: definition.secrets,
      parameters: definition.parameters,
      volumes,
      mounts: definition.mounts.filter(({ volume }) => names.includes(volume)),
      user: definition.user,
      timeout_seconds: definition.timeout_seconds,
      propagate_tags: definition.propagate_tags,
      access: definition.access,
    };
  });
  return { ...preset, job_definitions };
}

/** What a preset sets, as a value that tells whether a person has changed it. */
export const chosen = (blueprint: Blueprint): string =>
  JSON.stringify([
    blueprint.compute_environments,
    blueprint.scheduling_policies,
    blueprint.job_queues,
    blueprint.job_definitions,
  ]);
