import { expect, it } from "vitest";
import { parse, path } from "./route.svelte";

it.each([
  [path.setup(), { page: "setup" }],
  [path.stacks(), { page: "stacks", name: null, teardown: false }],
  [path.stack("a/b c"), { page: "stacks", name: "a/b c", teardown: false }],
  [path.teardown("x"), { page: "stacks", name: "x", teardown: true }],
  [path.jobs(), { page: "jobs", id: null, launch: null }],
  [path.job("id:7"), { page: "jobs", id: "id:7", launch: null }],
  [path.launch(), { page: "jobs", id: null, launch: "" }],
  [path.launch("x"), { page: "jobs", id: null, launch: "x" }],
  [path.terraform(), { page: "terraform", stack: null }],
  ["", { page: "setup" }],
  ["#/nonsense", { page: "setup" }],
])("%s leads somewhere", (address, route) => {
  expect(parse(address)).toEqual(route);
});
