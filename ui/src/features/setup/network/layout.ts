// Where everything in the picture of a network stands: zones as columns, subnets in them, route tables below, what leads
// out on the lower edge of the VPC, services outside. Pure: the same network in the same width is the same picture.
import type { HopKind, NetworkPicture, Service, SubnetDrawn, Thing } from "../../../ipc";
import { worstStops, type Leg } from "./told";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Placed extends Box {
  id: string;
}
export interface PlacedThing extends Placed {
  kind: HopKind;
}
export interface Line {
  key: string;
  /** A path of SVG. */
  path: string;
  tone: Leg["stops"][number]["tone"];
}
export interface Drawing {
  width: number;
  height: number;
  vpc: Box;
  zones: (Box & { zone: string })[];
  subnets: Placed[];
  things: PlacedThing[];
  services: (Box & { service: Service })[];
  lines: Line[];
}

const PAD = 14;
const GAP = 8;
const LABEL = 30;
const ZONE = 22;
const SUBNET = { height: 78, apart: 60, least: 108 };
const THING = { height: 40, least: 104, most: 168 };
const SERVICE = { height: 40, least: 104, most: 180 };
/** Between rows, so that a way can be followed from one to the next. */
const ROW = 30;

/** What leads out of the VPC, and so stands on its edge. */
const ON_THE_EDGE: readonly HopKind[] = ["internet-gateway", "endpoint", "elsewhere"];

export function drawn(picture: NetworkPicture, legs: readonly Leg[], room: number): Drawing {
  const zones = [...new Set(picture.subnets.map(({ zone }) => zone))].toSorted();
  const least = zones.length * (SUBNET.least + GAP) - GAP + 2 * PAD;
  const width = Math.max(room, least);
  const inside = width - 2 * PAD;
  const column = (inside - GAP * (zones.length - 1)) / Math.max(1, zones.length);

  const subnets: Placed[] = [];
  const things: PlacedThing[] = [];
  const placed = (id: string) => things.some((thing) => thing.id === id);
  /** Subnets in their zones, each with the NAT gateways that stand in it; where the lowest ends. */
  const standing = (some: readonly SubnetDrawn[], top: number): number => {
    const feet = zones.map((zone, at) => {
      let y = top;
      for (const subnet of some.filter((one) => one.zone === zone)) {
        const box = {
          x: PAD + at * (column + GAP),
          y,
          width: column,
          height: subnet.for_jobs ? SUBNET.height : SUBNET.apart,
        };
        for (const { id, kind, subnets } of picture.things) {
          if (kind !== "nat-gateway" || subnets[0] !== subnet.id) continue;
          const inner = { x: box.x + 6, y: y + box.height, width: box.width - 12, height: THING.height };
          things.push({ id, kind, ...inner });
          box.height += THING.height + 6;
        }
        subnets.push({ id: subnet.id, ...box });
        y += box.height + GAP;
      }
      return y - GAP;
    });
    return Math.max(top, ...feet);
  };
  /** Things in rows, each below what follows it. */
  const below = (some: readonly Thing[], top: number): number => {
    const middleBefore = (id: string) => {
      const before = stopBefore(legs, id);
      const box = [...things, ...subnets].find((one) => one.id === before);
      return box && box.x + box.width / 2;
    };
    const middles = new Map(
      some.map(({ id }) => [id, middleOf(picture, subnets, id) ?? middleBefore(id) ?? width / 2]),
    );
    const middle = (id: string) => middles.get(id) ?? width / 2;
    let y = top;
    for (const row of rowsOf(
      some.toSorted((a, b) => middle(a.id) - middle(b.id)),
      inside,
      THING,
    )) {
      things.push(...spread(row, middle, inside, y, THING));
      y += THING.height + ROW;
    }
    return y;
  };

  // As a packet goes: out of its subnet, by its table, to a gateway in another subnet, by that one's table, out.
  const forJobs = picture.subnets.filter(({ for_jobs }) => for_jobs);
  const others = picture.subnets.filter((subnet) => !forJobs.includes(subnet));
  const ownTables = new Set(forJobs.map(({ route_table }) => route_table));
  const otherTables = new Set(others.map(({ route_table }) => route_table));
  let y = standing(forJobs, LABEL + ZONE) + ROW;
  const rest = picture.things.filter(({ id }) => !placed(id));
  const edge = rest.filter(({ kind, subnets }) => onTheEdge(kind, subnets));
  const afterNat = behindNat(legs);
  const behind = rest.filter(
    (thing) =>
      (otherTables.has(thing.id) || afterNat.has(thing.id)) &&
      !ownTables.has(thing.id) &&
      !edge.includes(thing),
  );
  const within = rest.filter(
    (thing) => thing.kind !== "nat-gateway" && !edge.includes(thing) && !behind.includes(thing),
  );
  if (within.length > 0) y = below(within, y);
  if (others.length > 0) y = standing(others, y) + ROW;
  if (behind.length > 0) y = below(behind, y);
  for (const row of rowsOf(edge, inside, THING)) {
    things.push(...even(row, inside, y, THING));
    y += THING.height + GAP;
  }
  // The lower line of the VPC runs through the middle of what leads out of it.
  const foot = edge.length > 0 ? y - GAP - THING.height / 2 : y;
  const vpc = { x: 0.5, y: 0.5, width: width - 1, height: foot };

  y = (edge.length > 0 ? y - GAP : foot) + ROW;
  const wanted = [...new Set(picture.ways.map(({ service }) => service))].map((id) => ({ id }));
  const services: Drawing["services"] = [];
  for (const row of rowsOf(wanted, inside, SERVICE)) {
    services.push(...even(row, inside, y, SERVICE).map(({ id, ...box }) => ({ service: id, ...box })));
    y += SERVICE.height + GAP;
  }

  const places = new Map<string, Box>([
    ...subnets.map((one) => [one.id, one] as const),
    ...things.map((one) => [one.id, one] as const),
    ...services.map((one) => [one.service, one] as const),
  ]);
  return {
    width,
    height: y - GAP + 1,
    vpc,
    zones: zones.map((zone, at) => ({
      zone,
      x: PAD + at * (column + GAP),
      y: LABEL,
      width: column,
      height: ZONE,
    })),
    subnets,
    things: inOrder(things, legs),
    services,
    // What breaks lies above what two ways share.
    lines: legs
      .flatMap((leg, at) => lines(leg, at, places))
      .toSorted((a, b) => Number(a.tone === "wrong") - Number(b.tone === "wrong")),
  };
}

/** What ways lead through after a NAT gateway, in whose subnet it has to do. */
function behindNat(legs: readonly Leg[]): ReadonlySet<string> {
  const after = legs.flatMap(({ stops }) => {
    const nat = stops.findIndex(({ kind }) => kind === "nat-gateway");
    return nat < 0 ? [] : stops.slice(nat + 1);
  });
  return new Set(after.map(({ id }) => id));
}

function stopBefore(legs: readonly Leg[], id: string): string | undefined {
  const leg = legs.find(({ stops }) => stops.some((stop) => stop.id === id));
  return leg?.stops[leg.stops.findIndex((stop) => stop.id === id) - 1]?.id;
}

/** As the way leads through them, which is how they are read out and reached by keyboard. */
function inOrder(things: readonly PlacedThing[], legs: readonly Leg[]): PlacedThing[] {
  const shown = worstStops(legs);
  const keys = legs.flatMap(({ stops }) => stops.map(({ key }) => key));
  const place = ({ id }: Placed) => {
    const at = keys.indexOf(shown.get(id)?.key ?? "");
    return at < 0 ? keys.length : at;
  };
  return things.toSorted((a, b) => place(a) - place(b));
}

/** The middle of the subnets that follow a table. */
function middleOf(picture: NetworkPicture, subnets: readonly Placed[], table: string): number | undefined {
  const followers = picture.subnets.filter(({ route_table }) => route_table === table).map(({ id }) => id);
  const boxes = subnets.filter(({ id }) => followers.includes(id));
  if (boxes.length === 0) return undefined;
  return boxes.reduce((all, box) => all + box.x + box.width / 2, 0) / boxes.length;
}

/** A NAT gateway stands in a subnet; one that is regional leads out by itself. */
const onTheEdge = (kind: HopKind, subnets: readonly string[]) =>
  ON_THE_EDGE.includes(kind) || (kind === "nat-gateway" && subnets.length === 0);

interface Size {
  height: number;
  least: number;
  most: number;
}

/** As many in a row as there is room for, in rows of about the same length. */
function rowsOf<T>(all: readonly T[], room: number, { least }: Size): T[][] {
  const most = Math.max(1, Math.floor((room + GAP) / (least + GAP)));
  const rows = Math.ceil(all.length / most);
  const each = Math.ceil(all.length / Math.max(1, rows));
  return Array.from({ length: rows }, (_, row) => all.slice(row * each, (row + 1) * each));
}

const widthOf = (count: number, room: number, { most }: Size) =>
  Math.min(most, (room - GAP * (count - 1)) / count);

/** Beside one another, in the middle. */
function even<T extends { id: string }>(
  row: readonly T[],
  room: number,
  y: number,
  size: Size,
): (T & Placed)[] {
  const width = widthOf(row.length, room, size);
  const gap = Math.min(32, row.length > 1 ? (room - width * row.length) / (row.length - 1) : 0);
  const start = PAD + (room - width * row.length - gap * (row.length - 1)) / 2;
  return row.map((one, at) => ({ ...one, x: start + at * (width + gap), y, width, height: size.height }));
}

/** Each as near below its middle as the ones beside it leave room for. */
function spread<T extends { id: string }>(
  row: readonly T[],
  middle: (id: string) => number,
  room: number,
  y: number,
  size: Size,
): (T & Placed)[] {
  const width = widthOf(row.length, room, size);
  const xs = row.map(({ id }) => middle(id) - width / 2);
  let left = PAD;
  for (const [at, x] of xs.entries()) {
    xs[at] = Math.max(left, x);
    left = (xs[at] ?? 0) + width + GAP;
  }
  let right = PAD + room;
  for (let at = xs.length - 1; at >= 0; at -= 1) {
    xs[at] = Math.min(right - width, xs[at] ?? 0);
    right = (xs[at] ?? 0) - GAP;
  }
  return row.map((one, at) => ({ ...one, x: xs[at] ?? 0, y, width, height: size.height }));
}

/** The way from stop to stop, up to where it ends: each line tells what becomes of the way at the stop that it leads to. */
function lines(leg: Leg, number: number, places: ReadonlyMap<string, Box>): Line[] {
  const stops = leg.state === "broken" ? leg.stops.slice(0, -1) : leg.stops;
  const boxes = [...places.values()];
  return stops.slice(1).flatMap((stop, at) => {
    const [from, to] = [places.get(stops[at]?.id ?? ""), places.get(stop.id)];
    if (!from || !to) return [];
    // WebKit keeps the tip of a line whose colour changes: one of another colour is another line.
    const { tone } = stop;
    return [{ key: `${number}-${at}-${tone}`, path: between(from, to, boxes), tone }];
  });
}

const middle = (box: Box) => box.x + box.width / 2;
/** How far beside the way down a way up is, and how far above a row each turns: neither may lie on the other. */
const UP = { beside: 16, lane: 20 };
const DOWN = { beside: 0, lane: 12 };
/** What is rounded of a corner. */
const CORNER = 8;

/** Straight down or up out of a box, across in the gap before the next one, and into that. */
function between(from: Box, to: Box, boxes: readonly Box[]): string {
  const down = to.y >= from.y + from.height;
  const up = to.y + to.height <= from.y;
  if (!down && !up) {
    const right = middle(to) > middle(from);
    const [start, end] = [right ? from.x + from.width : from.x, right ? to.x : to.x + to.width];
    return `M${round(start)} ${round(from.y + from.height / 2)}L${round(end)} ${round(to.y + to.height / 2)}`;
  }
  const [start, end] = down ? [from.y + from.height, to.y] : [from.y, to.y + to.height];
  const { lane: above, ...turn } = down ? DOWN : UP;
  // On the outer side, where it does not cross the way down.
  const beside = middle(to) > middle(from) ? -turn.beside : turn.beside;
  const lane = (down ? end : start) - above;
  const out = middle(from) + beside;
  const into = middle(to) + beside;
  const [top, foot] = [Math.min(start, lane), Math.max(start, lane)];
  const inTheWay = boxes.filter(
    (box) => box !== from && box !== to && box.y < foot && box.y + box.height > top && !holds(box, from),
  );
  const free = (x: number) => !inTheWay.some((box) => x > box.x - 4 && x < box.x + box.width + 4);
  const steps = Array.from({ length: 21 }, (_, at) => at - 10);
  const tried = steps
    .map((step) => out + (step / 10) * (from.width / 2 - 12 - turn.beside))
    .toSorted((a, b) => Math.abs(a - out) - Math.abs(b - out));
  const x = tried.find(free);
  if (x !== undefined) return bent([x, start], lane, [into, end]);
  // Something is below all of it: out at the side, and down between the columns.
  const side = from.x - GAP / 2;
  const y = from.y + from.height / 2;
  return `M${round(from.x)} ${round(y)}H${round(side)}${bent([side, y], lane, [into, end]).replace("M", "L")}`;
}

/** Whether a box stands in another. */
const holds = (outer: Box, inner: Box) =>
  inner.x >= outer.x &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y >= outer.y &&
  inner.y < outer.y + outer.height;

/** Down to a lane, along it, and on. */
function bent([x1, y1]: [number, number], lane: number, [x2, y2]: [number, number]): string {
  const across = x2 - x1;
  if (Math.abs(across) < 1) return `M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`;
  const r = Math.min(CORNER, Math.abs(across) / 2, Math.abs(lane - y1), Math.abs(y2 - lane));
  const [h, v] = [Math.sign(across) * r, Math.sign(y2 - y1) * r];
  return (
    `M${round(x1)} ${round(y1)}V${round(lane - v)}Q${round(x1)} ${round(lane)} ${round(x1 + h)} ${round(lane)}` +
    `H${round(x2 - h)}Q${round(x2)} ${round(lane)} ${round(x2)} ${round(lane + v)}V${round(y2)}`
  );
}

const round = (value: number) => Math.round(value * 10) / 10;
