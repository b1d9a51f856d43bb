import { expect, it } from "vitest";
import type { ComputeEnvironment, JobDefinition } from "../../../ipc";
import { blueprint } from "../../../ipc/fake/blueprint";
import { chosen, keepJobs, keepSettled, STRATEGIES, stranded, turnKind, turnPlatform } from "./kinds";

const environment = (kind: ComputeEnvironment["kind"]): ComputeEnvironment => ({
  name: "main",
  kind,
  state: "enabled",
  max_vcpus: 4,
  instances: null,
});
const definition = (with_: Partial<JobDefinition> = {}): JobDefinition => ({
  ...(blueprint("a").job_definitions[0] as JobDefinition),
  ...with_,
});

it("brings instances to EC2, and a strategy and a price that suit", () => {
  const one = environment("fargate");
  turnKind(one, "spot");
  expect(one.instances?.allocation_strategy).toBe("spot-price-capacity-optimized");
  if (one.instances) Object.assign(one.instances, { bid_percentage: 60, types: ["m7i.large"] });
  turnKind(one, "ec2");
  expect(STRATEGIES.ec2).toContain(one.instances?.allocation_strategy);
  expect(one.instances?.bid_percentage).toBeNull();
  turnKind(one, "fargate-spot");
  expect(one.instances).toBeNull();
  turnKind(one, "ec2");
  expect(one.instances?.types).toEqual(["m7i.large"]);
});

it("turns a definition's size and what only one platform has, and back", () => {
  const one = definition({ vcpu: "0.25", memory_mib: 512, ephemeral_storage_gib: 50 });
  turnPlatform(one, "ec2");
  expect([one.platform, one.vcpu, one.ephemeral_storage_gib]).toEqual(["ec2", "1", null]);
  Object.assign(one, { vcpu: "3", memory_mib: 3000, gpus: 1, privileged: true });
  turnPlatform(one, "fargate");
  expect([one.vcpu, one.memory_mib, one.gpus, one.privileged]).toEqual(["4", 8192, 0, false]);
  expect(one.ephemeral_storage_gib).toBe(50);
  turnPlatform(one, "ec2");
  expect([one.gpus, one.privileged]).toEqual([1, true]);
});

it("knows the definitions that nothing could run any more", () => {
  const wish = blueprint("a");
  const [main] = wish.compute_environments as [ComputeEnvironment];
  expect(stranded(wish, main)).toEqual([]);
  turnKind(main, "ec2");
  expect(stranded(wish, main)).toEqual(wish.job_definitions);
});

it("takes a person's jobs along to another preset, without what cannot run there", () => {
  const mine = { ...blueprint("mine"), tags: { team: "a" } };
  const volume = { name: "d", path: "/d", kind: "host" as const };
  mine.job_definitions = [
    definition({
      name: "tiles",
      image: "mine:1",
      gpus: 1,
      platform: "ec2",
      volumes: [volume],
      mounts: [{ volume: "d", path: "/d", read_only: false }],
    }),
  ];
  const fresh = blueprint("preset");
  expect(chosen(fresh)).not.toBe(chosen(mine));
  const taken = keepJobs(keepSettled(fresh, mine), mine);
  expect([taken.name, taken.tags]).toEqual(["mine", { team: "a" }]);
  expect(taken.job_definitions).toEqual([
    { ...fresh.job_definitions[0], name: "tiles", image: "mine:1", volumes: [], mounts: [] },
  ]);
});
