import { expect, it } from "vitest";
import { walk } from "./walk";

it.each<[string, number, number | null]>([
  ["ArrowDown", -1, 0],
  ["ArrowDown", 99, 99],
  ["ArrowUp", 0, 0],
  ["PageDown", 10, 25],
  ["PageUp", 10, 0],
  ["Home", 50, 0],
  ["End", 3, 99],
  ["x", 3, null],
])("%s from %i leads to %s", (key, at, to) => {
  expect(walk(key, at, 100)).toBe(to);
});

it("has nowhere to go in an empty list", () => {
  expect(walk("ArrowDown", -1, 0)).toBeNull();
});
