import { cleanup, render, screen, within } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import type { DrawnWay, NetworkPicture, SubnetDrawn, Thing } from "../../../ipc";
import { testids as t } from "../../../testids";
import { drawn, type Box } from "./layout";
import Network from "./Network.svelte";
import { legsOf } from "./told";

afterEach(cleanup);

const text = (code: string) => ({ code, params: {}, text: `Because of ${code}.` });
const subnet = (id: string, zone: string, route_table: string, for_jobs = true): SubnetDrawn => ({
  id,
  name: null,
  zone,
  cidr: "10.0.0.0/24",
  free_addresses: 251,
  gives_public_ips: false,
  route_table,
  for_jobs,
  evidence: [{ label: "CidrBlock", value: "10.0.0.0/24" }],
});
const thing = (
  kind: Thing["kind"],
  id: string,
  name: string | null = null,
  subnets: string[] = [],
): Thing => ({
  id,
  kind,
  name,
  subnets,
  evidence: [{ label: "Seen", value: id }],
});

type Hop = DrawnWay["branches"][number]["hops"][number];
function way(
  from: string,
  service: DrawnWay["service"],
  hops: [Hop["kind"], string][],
  state: DrawnWay["state"] = "reaches",
): DrawnWay {
  const last = {
    reaches: "passed",
    broken: "broken",
    "cannot-tell": "unknown",
    "to-be-made": "to-be-made",
  } as const;
  const all = [["subnet", from] as [Hop["kind"], string], ...hops].map(([kind, id], at, list) => ({
    kind,
    id,
    state: at === list.length - 1 ? last[state] : ("passed" as const),
  }));
  const why = state === "reaches" ? null : text("reach-test");
  const branches = [{ names: [], hops: all, state, why }];
  return { subnet: from, runner: { kind: "instance" }, service, branches, state, why, remedy: null };
}

/** Two private subnets, a NAT gateway in a public one, and an endpoint in whose way something stands. */
const behindNat: [Hop["kind"], string][] = [
  ["route-table", "rtb-private"],
  ["nat-gateway", "nat-1"],
  ["route-table", "rtb-public"],
  ["internet-gateway", "igw-1"],
];
const PICTURE: NetworkPicture = {
  to_be_made: false,
  vpc: { id: "vpc-1", name: "research", cidr: "10.0.0.0/16" },
  subnets: [
    subnet("subnet-a", "us-east-1a", "rtb-private"),
    subnet("subnet-public", "us-east-1a", "rtb-public", false),
    subnet("subnet-b", "us-east-1b", "rtb-private"),
  ],
  things: [
    thing("nat-gateway", "nat-1", null, ["subnet-public"]),
    thing("route-table", "rtb-private"),
    thing("route-table", "rtb-public"),
    thing("internet-gateway", "igw-1"),
    thing("endpoint", "vpce-1", "logs", ["subnet-a"]),
  ],
  ways: [
    way("subnet-a", "ecr", behindNat),
    way("subnet-b", "ecr", behindNat),
    way("subnet-a", "logs", [["endpoint", "vpce-1"]], "broken"),
    way("subnet-b", "logs", [["endpoint", "vpce-1"]], "cannot-tell"),
  ],
  cures: [
    {
      kind: "put-right",
      services: ["logs"],
      steps: [{ says: text("cure-test"), by: { kind: "person" as const }, commands: [] }],
      cost: { usd: 0, per: "month", note: text("cure-cost-free") },
    },
  ],
};

const stopsOf = (of: DrawnWay) => legsOf(PICTURE, of).flatMap(({ stops }) => stops);
const apart = (a: Box, b: Box) =>
  a.x + a.width <= b.x + 0.5 || b.x + b.width <= a.x + 0.5 || a.y + a.height <= b.y || b.y + b.height <= a.y;

it.each([400, 740, 1060])("keeps everything apart and inside in %i pixels", (room) => {
  for (const one of PICTURE.ways) {
    const drawing = drawn(PICTURE, legsOf(PICTURE, one), room);
    const boxes = [...drawing.things, ...drawing.services];
    for (const box of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(drawing.width);
      expect(box.y + box.height).toBeLessThanOrEqual(drawing.height);
      for (const other of boxes) if (other !== box) expect(apart(box, other)).toBe(true);
    }
    for (const box of drawing.subnets) {
      for (const other of drawing.subnets) if (other !== box) expect(apart(box, other)).toBe(true);
      for (const other of drawing.services) expect(apart(box, other)).toBe(true);
    }
  }
});

it("draws a way from stop to stop, downwards, and none beyond where it ends", () => {
  const place = (drawing: ReturnType<typeof drawn>, id: string) =>
    [...drawing.things, ...drawing.subnets].find((one) => one.id === id);
  const [open, broken] = [PICTURE.ways[0], PICTURE.ways[2]];
  if (!open || !broken) throw new Error("the picture has its ways");
  const whole = drawn(PICTURE, legsOf(PICTURE, open), 740);
  expect(whole.lines.map(({ tone }) => tone)).toEqual(Array<string>(5).fill("ready"));
  const heights = ["subnet-a", ...behindNat.map(([, id]) => id)].map((id) => place(whole, id)?.y ?? 0);
  expect(heights).toEqual(heights.toSorted((a, b) => a - b));
  const ended = drawn(PICTURE, legsOf(PICTURE, broken), 740);
  expect(ended.lines.map(({ tone }) => tone)).toEqual(["wrong"]);
  // Green up to the hop that breaks: here the NAT gateway in a private subnet.
  const atNat = drawn(PICTURE, legsOf(PICTURE, way("subnet-a", "ecr", behindNat.slice(0, 2), "broken")), 740);
  expect(atNat.lines.map(({ tone }) => tone)).toEqual(["ready", "wrong"]);
  const nat = place(whole, "nat-1");
  const front = place(whole, "subnet-public");
  expect(nat && front && nat.y > front.y && nat.y + nat.height < front.y + front.height).toBe(true);
});

it("draws what comes after a NAT gateway below it, and a way back up beside the way down", () => {
  const behind = [...behindNat.slice(0, 2), ["network-acl", "acl-1"] as [Hop["kind"], string]];
  const withAcl = { ...PICTURE, things: [...PICTURE.things, thing("network-acl", "acl-1")] };
  const drawing = drawn(withAcl, legsOf(withAcl, way("subnet-a", "ecr", behind, "broken")), 740);
  const [nat, acl] = ["nat-1", "acl-1"].map((id) => drawing.things.find((one) => one.id === id));
  expect(nat && acl && acl.y > nat.y + nat.height).toBe(true);
  expect(drawing.things.slice(0, 3).map(({ id }) => id)).toEqual(["rtb-private", "nat-1", "acl-1"]);

  const inside = {
    ...PICTURE,
    subnets: PICTURE.subnets.slice(0, 1),
    things: [thing("nat-gateway", "nat-1", null, ["subnet-a"]), thing("route-table", "rtb-private")],
  };
  const back = drawn(inside, legsOf(inside, way("subnet-a", "ecr", behindNat.slice(0, 2), "broken")), 740);
  const xs = back.lines.map(({ path }) => path.match(/[\d.]+/g)?.map(Number)[0] ?? 0);
  expect(back.lines).toHaveLength(2);
  expect(Math.abs((xs[0] ?? 0) - (xs[1] ?? 0))).toBeGreaterThan(8);
});

it("paints the subnet by what becomes of the way there, and its badge by the whole way", async () => {
  const broken = way("subnet-a", "ecr", behindNat.slice(0, 2), "broken");
  render(Network, { picture: { ...PICTURE, ways: [broken] } });
  const box = await screen.findByTestId(t.networkSubnet("subnet-a"));
  expect(box.dataset["state"]).toBe("broken");
  expect(box.classList.contains("wrong")).toBe(false);
  expect(box.classList.contains("ready")).toBe(true);
});

it("does not lead a line through what is not on the way", () => {
  const endpoint = PICTURE.ways[2];
  if (!endpoint) throw new Error("the picture has its ways");
  const drawing = drawn(PICTURE, legsOf(PICTURE, endpoint), 740);
  const line = drawing.lines[0]?.path ?? "";
  const x = Number(/^M([\d.]+)/.exec(line)?.[1]);
  for (const { id } of PICTURE.things.filter(({ kind }) => kind === "route-table")) {
    const table = drawing.things.find((one) => one.id === id);
    expect(table && (x < table.x || x > table.x + table.width), `${line} through ${id}`).toBe(true);
  }
});

const labels = (name: string, what: string) =>
  [...screen.getByTestId(name).querySelectorAll(what)].map(
    (one) => one.getAttribute("aria-label") ?? one.textContent.trim(),
  );

it("says in the list what it says in the picture", async () => {
  render(Network, { picture: PICTURE });
  for (const service of ["logs", "ecr"] as const) {
    screen.getByTestId(t.networkService(service)).click();
    for (const id of ["subnet-b", "subnet-a"]) {
      (await screen.findByTestId(t.networkSubnet(id))).click();
      const shown = PICTURE.ways.find((one) => one.subnet === id && one.service === service);
      if (!shown) throw new Error("there is such a way");
      const said = stopsOf(shown).map((stop) => stop.said);
      await expect.poll(() => labels(t.networkWay, ".said")).toEqual(said);
      // The subnet's own box tells of the way as a whole, and the service's is no button.
      expect(labels(t.networkDrawing, "button.thing")).toEqual(said.slice(1, -1));
      expect(screen.getByTestId(t.networkSubnet(id)).getAttribute("aria-pressed")).toBe("true");
      const verdict = screen.getByTestId(t.networkVerdict).textContent;
      expect(screen.getByTestId(t.networkSubnet(id)).getAttribute("aria-label")).toContain(
        verdict
          .trim()
          .split(/\s{2,}|Because|The way/)[0]
          ?.trim(),
      );
    }
  }
});

it("begins with what is broken, shows the evidence of a stop, and what mends it", async () => {
  render(Network, { picture: PICTURE });
  expect(screen.getByTestId(t.networkVerdict).dataset["state"]).toBe("broken");
  expect(screen.getByTestId(t.networkEvidence).textContent).toContain("vpce-1");
  const drawing = within(screen.getByTestId(t.networkWay));
  drawing.getByText(/^1\. Subnet/).click();
  await expect.poll(() => screen.getByTestId(t.networkEvidence).textContent).toContain("10.0.0.0/24");
  expect(screen.getByTestId(t.networkCure("put-right")).textContent).toContain("Because of cure-test.");
});
