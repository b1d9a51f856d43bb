import { expect, it } from "vitest";
import { above, homeOf, keyed, namesOf } from "./paths";

it("steps from a field to what holds it", () => {
  expect(above('tags."aws:team"')).toBe("tags");
  expect(above('a[0].environment."A.B [1]"')).toBe("a[0].environment");
  expect(above("job_definitions[12].retry[0]")).toBe("job_definitions[12].retry");
  expect(above("scheduling_policies[0].shares.a-b")).toBe("scheduling_policies[0].shares");
  expect(above("name")).toBe("");
});

it("writes keys as Rust does", () => {
  expect(keyed("tags", "team")).toBe("tags.team");
  expect(keyed("tags", "aws:team")).toBe('tags."aws:team"');
  expect(keyed("e", "")).toBe('e.""');
});

it("finds the nearest field that is shown", () => {
  const shown = new Set(["tags", "network.subnets", "network.subnets[0]"]);
  expect(homeOf('tags."aws:team"', shown)).toBe("tags");
  expect(homeOf("network.subnets[0]", shown)).toBe("network.subnets[0]");
  expect(homeOf("network.subnets[1]", shown)).toBe("network.subnets");
  expect(homeOf("network.vpc", shown)).toBeUndefined();
});

it("names a field without its places in lists", () => {
  expect(namesOf("compute_environments[1].instances.types[0]")).toEqual([
    "compute_environments",
    "instances",
    "types",
  ]);
});
