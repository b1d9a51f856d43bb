import { describe, expect, it } from "vitest";
import { blueprint } from "../../ipc/fake/blueprint";
import { plan } from "../../ipc/fake/plan";
import { layered } from "./layers";

const chain = (...steps: [string, string[]][]) => layered(steps.map(([id, after]) => ({ id, after })));

describe("a plan in columns", () => {
  it("puts each step right of everything it comes after", () => {
    const { steps } = plan(
      { ...blueprint("x"), network: { kind: "new-vpc", cidr: "10.42.0.0/16", way_out: "public-ips" } },
      null,
    );
    const { places } = layered(steps);
    for (const step of steps) {
      for (const before of step.after) {
        expect(places.get(before)?.column).toBeLessThan(places.get(step.id)?.column ?? -1);
      }
    }
  });

  it("gives no two steps the same place", () => {
    const { places } = layered(plan(blueprint("x"), null).steps);
    const taken = [...places.values()].map(({ column, row }) => `${column} ${row}`);
    expect(new Set(taken).size).toBe(taken.length);
  });

  it("leaves out arrows that another path says already", () => {
    const { arrows } = chain(["a", []], ["b", ["a"]], ["c", ["a", "b"]]);
    expect(arrows.map(({ from, to }) => from + to)).toEqual(["ab", "bc"]);
  });

  it("leads a long arrow through a place of its own in each column it passes", () => {
    const { arrows, places } = chain(["a", []], ["b", ["a"]], ["c", ["b"]], ["x", []], ["d", ["c", "x"]]);
    const long = arrows.find(({ from }) => from === "x");
    expect(long?.via.map(({ column }) => column)).toEqual([1, 2]);
    const occupied = new Set([...places.values()].map(({ column, row }) => `${column} ${row}`));
    expect(long?.via.some(({ column, row }) => occupied.has(`${column} ${row}`))).toBe(false);
  });

  it("ends even when steps wait for each other, or for what is not there", () => {
    expect(chain(["a", ["b"]], ["b", ["a"]], ["c", ["nowhere"]]).places.size).toBe(3);
  });
});
