import { expect, it } from "vitest";
import { fitting } from "./offer";

const offers = [
  { value: "c7g.large", text: "2 vCPU · arm64" },
  { value: "g4dn.xlarge", text: "4 vCPU · 1 × NVIDIA T4" },
  { value: "m7i.large", text: "2 vCPU · x86_64" },
];
const values = (typed: string) => fitting(offers, typed).map(({ value }) => value);

it("offers what holds every word, wherever it stands", () => {
  expect(values("")).toEqual(["c7g.large", "g4dn.xlarge", "m7i.large"]);
  expect(values("large ARM64")).toEqual(["c7g.large"]);
  expect(values("nvidia")).toEqual(["g4dn.xlarge"]);
  expect(values("t2")).toEqual([]);
});

it("puts first what begins so", () => {
  expect(values("g")).toEqual(["g4dn.xlarge", "c7g.large", "m7i.large"]);
});
