import { beforeEach, describe, expect, it } from "vitest";
import { blueprint } from "../../ipc/fake/blueprint";
import type { FairShare, FieldProblem, JobTarget, JobView } from "../../ipc";
import {
  faults,
  homeless,
  launching,
  nearest,
  objections,
  stillWrong,
  submitOf,
  type Draft,
} from "./launching.svelte";

const target = (stack: string, fair: FairShare | null = null): JobTarget => ({
  stack,
  queue: `${stack}-main`,
  definition: `${stack}-main`,
  defaults: blueprint(stack).job_definitions[0] as JobTarget["defaults"],
  fair_share: fair,
});
const FAIR: FairShare = { known: ["research", "user*"], priority: 0 };
const draft = (more: Partial<Draft> = {}): Draft => ({
  name: "job",
  command: "",
  environment: {},
  vcpu: "",
  memory_mib: null,
  array_size: null,
  depends_on: "",
  attempts: null,
  timeout_seconds: null,
  share: "",
  scheduling_priority: null,
  ...more,
});

describe("a submit", () => {
  it("overrides nothing that was left empty", () => {
    expect(submitOf(target("x"), draft())).toEqual({
      stack: "x",
      queue: "x-main",
      definition: "x-main",
      name: "job",
      command: null,
      environment: {},
      vcpu: null,
      memory_mib: null,
      array_size: null,
      depends_on: [],
      attempts: null,
      timeout_seconds: null,
      share: null,
      scheduling_priority: null,
    });
  });

  it("says whose it is to a queue that wants to know, and to no other", () => {
    const typed = draft({ share: " research ", scheduling_priority: 9 });
    expect(submitOf(target("x"), typed)).toMatchObject({ share: null, scheduling_priority: null });
    expect(submitOf(target("x", FAIR), typed)).toMatchObject({ share: "research", scheduling_priority: 9 });
    const unsaid = draft({ share: "research" });
    expect(submitOf(target("x", FAIR), unsaid)?.scheduling_priority).toBe(0);
    // The definition has one.
    expect(submitOf(target("x", { ...FAIR, priority: null }), unsaid)?.scheduling_priority).toBeNull();
  });

  it("takes words and ids apart", () => {
    const submit = submitOf(target("x"), draft({ command: "echo 'a b'", depends_on: " one, two\nthree " }));
    expect(submit?.command).toEqual(["echo", "a b"]);
    expect(submit?.depends_on).toEqual(["one", "two", "three"]);
  });

  it("is none while the command cannot be read", () => {
    expect(submitOf(target("x"), draft({ command: "sh -c 'echo" }))).toBeNull();
  });
});

describe("rules", () => {
  it.each<[Partial<Draft>, string]>([
    [{ name: "" }, "name"],
    [{ name: "-x" }, "name"],
    [{ name: "a b" }, "name"],
    [{ command: "sh -c 'echo unbalanced" }, "command"],
    [{ command: "echo \\" }, "command"],
    [{ array_size: 1 }, "array_size"],
    [{ array_size: 10_001 }, "array_size"],
    [{ attempts: 11 }, "attempts"],
    [{ attempts: 1.5 }, "attempts"],
    [{ timeout_seconds: 59 }, "timeout_seconds"],
    [{ depends_on: "id ".repeat(21) }, "depends_on"],
  ])("%j is refused at its field", (more, field) => {
    expect(Object.keys(faults(draft(more), null))).toEqual([field]);
  });

  it.each<[Partial<Draft>, string]>([
    [{}, "share"],
    [{ share: "a b" }, "share"],
    [{ share: "*" }, "share"],
    [{ share: "s".repeat(256) }, "share"],
    [{ share: "a", scheduling_priority: 10_000 }, "scheduling_priority"],
  ])("%j is refused at its field where shares count", (more, field) => {
    expect(Object.keys(faults(draft(more), FAIR))).toEqual([field]);
    expect(faults(draft(more), null)).toEqual({});
  });

  it("accepts what AWS Batch accepts", () => {
    const most = draft({ array_size: 10_000, attempts: 10, timeout_seconds: 60, scheduling_priority: 9999 });
    expect(faults({ ...most, share: `${"s".repeat(254)}*` }, FAIR)).toEqual({});
    expect(faults(most, null)).toEqual({});
  });
});

describe("what Rust objects to", () => {
  const objection = (field: string, text: string): FieldProblem => ({
    field,
    problem: { code: "x", params: {}, text },
  });
  const fields = [
    objection("depends_on[0]", "first"),
    objection("depends_on[2]", "third"),
    objection("environment.AWS_BATCH_X", "reserved"),
    objection("name", "bad"),
    objection("queue", "none"),
  ];

  it("stands at the field, or below the one it is a part of", () => {
    expect(objections(fields, "depends_on")).toBe("first third");
    expect(objections(fields, "environment")).toBe("reserved");
    expect(objections(fields, "name")).toBe("bad");
    expect(objections(fields, "attempts")).toBeUndefined();
  });

  it("is told at the foot where the form has no field for it", () => {
    expect(homeless(fields).map(({ field }) => field)).toEqual(["queue"]);
  });

  it("is over as soon as the field has changed", () => {
    const refused = draft({ name: "bad", depends_on: "a" });
    const standing = (now: Draft) => stillWrong(fields, refused, now).map(({ field }) => field);
    expect(standing(draft({ name: "bad", depends_on: "a" }))).toEqual(fields.map(({ field }) => field));
    expect(standing(draft({ name: "bad", depends_on: "b" }))).toEqual([
      "environment.AWS_BATCH_X",
      "name",
      "queue",
    ]);
  });
});

describe("the form", () => {
  const targets = [target("a"), target("b")];
  beforeEach(() => {
    launching.turn({ stack: "", queue: "", definition: "" });
    launching.draft = draft({ name: "" });
  });

  it("proposes a name for the stack it was opened for", () => {
    const found = launching.pick(targets, "b");
    if (found) launching.begin(found);
    expect([launching.stack, launching.draft.name]).toEqual(["b", "b-job"]);
  });

  it("turns to what agrees most with what was chosen", () => {
    const all = ["main", "spare"].flatMap((queue) =>
      ["align", "tile"].map((definition) => ({ ...target("a"), queue, definition })),
    );
    all.push(target("b"));
    const places = (wanted: Parameters<typeof nearest>[1]) => {
      const { stack, queue, definition } = nearest(all, wanted) ?? target("none");
      return [stack, queue, definition].join(" ");
    };
    expect(places({ stack: "b", queue: "spare", definition: "tile" })).toBe("b b-main b-main");
    expect(places({ stack: "a", queue: "spare", definition: "b-main" })).toBe("a spare align");
    expect(places({ stack: "a", queue: "gone", definition: "tile" })).toBe("a main tile");
    expect(places({ stack: "gone" })).toBe("a main align");
    expect(nearest([], {})).toBeUndefined();
  });

  it("keeps what was typed when it is opened again", () => {
    launching.begin(target("a"));
    launching.draft.command = "typed";
    launching.begin(target("a"));
    expect(launching.draft.command).toBe("typed");
  });

  it("fills in a job that is launched again, on its own stack", () => {
    launching.again({
      summary: { name: "old" },
      queue: "b-main",
      definition: "b-main:7",
      command: ["echo", "x y"],
      environment: { K: "v" },
      vcpu: "1",
      memory_mib: 2048,
      array: null,
      timeout_seconds: null,
      max_attempts: 2,
      share: "research",
      scheduling_priority: 4,
    } as unknown as JobView);
    const found = launching.pick(targets, "");
    if (found) launching.begin(found);
    expect(launching.stack).toBe("b");
    expect(launching.draft).toMatchObject({ name: "old", command: "echo 'x y'", environment: { K: "v" } });
    expect(launching.draft).toMatchObject({ share: "research", scheduling_priority: 4 });
  });
});
