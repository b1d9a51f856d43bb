import { expect, test } from "vitest";
import type { CheckItem, Fix, Text } from "../../ipc";
import { offered } from "./fixes";

const text: Text = { code: "x", params: {}, text: "x" };
const item = (id: string, fixes: Fix[]): CheckItem => ({
  id,
  group: "network",
  subject: id,
  name: null,
  verdict: "wrong",
  finding: text,
  differences: [],
  evidence: [],
  remedy: null,
  quota: null,
  fixes,
});
const vpc: Fix = {
  kind: "blueprint",
  says: text,
  amendments: [{ kind: "new-vpc", way_out: "public-ips" }],
};
const ask: Fix = { kind: "ask", says: text, letter: text };

test("what mends several findings is offered once, and words to send at each", () => {
  const addresses: Fix = { ...vpc, amendments: [{ kind: "job-addresses", jobs: ["job"] }] };
  const found = offered([
    item("reach-logs", [vpc, ask]),
    item("reach-registry", [vpc, addresses, ask]),
    item("vpc", [{ kind: "plan", says: text }]),
  ]);
  expect(found.get("reach-logs")).toEqual([vpc, ask]);
  expect(found.get("reach-registry")).toEqual([addresses, ask]);
  expect(found.get("vpc")).toEqual([]);
});
