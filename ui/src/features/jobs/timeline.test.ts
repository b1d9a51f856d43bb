import { expect, it } from "vitest";
import type { JobView } from "../../ipc";
import { stretches } from "./timeline";

const job = (summary: Partial<JobView["summary"]>, attempts: Partial<JobView["attempts"][number]>[] = []) =>
  ({
    summary: {
      created_at: 0,
      started_at: null,
      stopped_at: null,
      exit_code: null,
      state: "RUNNABLE",
      ...summary,
    },
    attempts: attempts.map((attempt, at) => ({
      number: at + 1,
      started_at: null,
      stopped_at: null,
      exit_code: null,
      reason: null,
      log_stream: null,
      ...attempt,
    })),
  }) as unknown as JobView;

const told = (view: JobView) => stretches(view).map(({ kind, from, to }) => `${kind} ${from}-${to ?? ""}`);

it("waits until it starts", () => {
  expect(told(job({}))).toEqual(["wait 0-"]);
});
it("runs", () => {
  expect(told(job({ state: "RUNNING", started_at: 5 }))).toEqual(["wait 0-5", "run 5-"]);
});
it("succeeds", () => {
  const attempts = [{ started_at: 5, stopped_at: 9, exit_code: 0 }];
  expect(told(job({ state: "SUCCEEDED", stopped_at: 9 }, attempts))).toEqual(["wait 0-5", "succeeded 5-9"]);
});
it("is tried again, and waits between", () => {
  const first = { started_at: 5, stopped_at: 9, exit_code: 1 };
  expect(told(job({ state: "RUNNABLE" }, [first]))).toEqual(["wait 0-5", "failed 5-9", "wait 9-"]);
  const second = { started_at: 12, stopped_at: 20, exit_code: 0 };
  expect(told(job({ state: "SUCCEEDED", stopped_at: 20 }, [first, second]))).toEqual([
    "wait 0-5",
    "failed 5-9",
    "wait 9-12",
    "succeeded 12-20",
  ]);
});
it("can end without ever having run", () => {
  expect(told(job({ state: "FAILED", stopped_at: 7 }))).toEqual(["wait 0-7"]);
});
