import { expect, it } from "vitest";
import { blueprint } from "../../../ipc/fake/blueprint";
import { freshInstances } from "./kinds";
import { hintOf, labelOf } from "./field.svelte";

/** The paths of everything in a value. */
function paths(value: unknown, at: string): string[] {
  if (Array.isArray(value)) return [at, ...value.flatMap((one, place) => paths(one, `${at}[${place}]`))];
  if (typeof value !== "object" || value === null) return [at];
  return Object.entries(value).flatMap(([key, one]) => paths(one, at ? `${at}.${key}` : key));
}

it("has a label for every field, and a sentence for nearly every one", () => {
  const full = {
    ...blueprint("full"),
    network: { vpc: "", subnets: [""], security_groups: [""], cidr: "" },
    flows: [{ name: "", security_group: "", port: 0 }],
    scheduling_policies: [{ name: "", share_decay_seconds: 0, compute_reservation: 0, shares: 0 }],
    compute_environments: [{ name: "", kind: "", state: "", max_vcpus: 0, instances: freshInstances("ec2") }],
    tags: 0,
  };
  const [definition] = full.job_definitions;
  Object.assign(definition ?? {}, {
    environment: 0,
    secrets: 0,
    parameters: 0,
    command: 0,
    volumes: [
      { name: "", kind: "", file_system: "", root_directory: "", access_point: "", iam: 0, path: "" },
    ],
    mounts: [{ volume: "", path: "", read_only: true }],
    ulimits: [{ name: "", soft: 0, hard: 0 }],
    retry: [{ action: "", on_status_reason: "", on_reason: "", on_exit_code: "" }],
    access: [
      { kind: "", bucket: "", prefix: "", mode: "", table: "", queue: "", arn: "", name: "" },
      { actions: [], resources: [] },
    ],
  });
  const all = paths(full, "").filter((path) => !path.endsWith("]") && !/^(compute|job)_\w+$/.test(path));
  expect(all.length).toBeGreaterThan(80);
  expect(all.filter((path) => labelOf(path) === path)).toEqual(["scheduling_policies"]);
  // A choice that says what it is needs no sentence.
  const plain = /(network|mode|kind|action|name|volume|architecture|allocation_strategy)$/;
  expect(all.filter((path) => !hintOf(path) && !plain.test(path) && path !== "scheduling_policies")).toEqual(
    [],
  );
});
