import { expect, it } from "vitest";
import { FARGATE, fittingMemory, VCPUS } from "./fargate";

it("offers the sizes of the AWS Batch API reference", () => {
  expect(Object.keys(FARGATE).sort()).toEqual([...VCPUS].sort());
  expect(FARGATE["4"]).toEqual([...Array(23).keys()].map((at) => 8192 + at * 1024));
  expect(FARGATE["16"]?.at(-1)).toBe(122_880);
});

it("keeps the memory that fits, else takes the nearest", () => {
  expect(fittingMemory("1", 4096)).toBe(4096);
  expect(fittingMemory("1", 512)).toBe(2048);
  expect(fittingMemory("0.25", 30_720)).toBe(2048);
  expect(fittingMemory("3", 1000)).toBe(1000);
});
