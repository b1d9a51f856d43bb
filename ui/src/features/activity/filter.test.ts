import { expect, test } from "vitest";
import type { ActivityEntry } from "../../ipc";
import { takes } from "./filter";

const entry: ActivityEntry = {
  at: 0,
  service: "iam",
  action: "CreateRole",
  resource: "imaging-batch",
  outcome: "AccessDenied",
  failed: true,
  milliseconds: 12,
  attempts: 1,
  request_id: "7a62c49f",
  changes: true,
};
const all = { search: "", changes: false, failed: false };

test("a call is found by any of its parts, in whatever case", () => {
  for (const search of ["", " iam:createrole", "IMAGING", "denied", "7a62"])
    expect(takes({ ...all, search }, entry), search).toBe(true);
  expect(takes({ ...all, search: "ec2" }, entry)).toBe(false);
});

test("only changes, only failures", () => {
  expect(takes({ ...all, changes: true, failed: true }, entry)).toBe(true);
  expect(takes({ ...all, changes: true }, { ...entry, changes: false })).toBe(false);
  expect(takes({ ...all, failed: true }, { ...entry, failed: false })).toBe(false);
});
