// Where everything in the picture of a network stands: zones as columns, subnets in them, route tables below, what leads
// out on the lower edge of the VPC, services outside. Pure: the same network in the same width is the same picture.
import type { HopKind, NetworkPicture, Service } from "../../../ipc";
import type { Leg } from "./told";

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
const SUBNET = { height: 78, least: 108 };
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
  const top = LABEL + ZONE;
  const subnets: Placed[] = [];
  const things: PlacedThing[] = [];
  const feet = zones.map((zone, at) => {
    let y = top;
    for (const subnet of picture.subnets.filter((one) => one.zone === zone)) {
      const box = { x: PAD + at * (column + GAP), y, width: column, height: SUBNET.height };
      // What stands in a subnet stands in its box.
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

  const rest = picture.things.filter(({ id }) => !things.some((placed) => placed.id === id));
  const edge = rest.filter(({ kind, subnets }) => onTheEdge(kind, subnets));
  let y = Math.max(top, ...feet) + ROW;
  const within = rest.filter((thing) => !edge.includes(thing));
  const middles = new Map(
    within.map(({ id }) => {
      const followers = picture.subnets.filter(({ route_table }) => route_table === id).map((one) => one.id);
      const boxes = subnets.filter((one) => followers.includes(one.id));
      const sum = boxes.reduce((all, box) => all + box.x + box.width / 2, 0);
      return [id, boxes.length > 0 ? sum / boxes.length : width / 2];
    }),
  );
  if (within.length > 0) {
    const ordered = within.toSorted((a, b) => (middles.get(a.id) ?? 0) - (middles.get(b.id) ?? 0));
    for (const row of rowsOf(ordered, inside, THING)) {
      things.push(...spread(row, (id) => middles.get(id) ?? width / 2, inside, y, THING));
      y += THING.height + ROW;
    }
  }
  for (const row of rowsOf(edge, inside, THING)) {
    things.push(...even(row, inside, y, THING));
    y += THING.height + GAP;
  }
  // The lower line of the VPC runs through the middle of what leads out of it.
  const foot = edge.length > 0 ? y - GAP - THING.height / 2 : y;
  const vpc = { x: 0.5, y: 0.5, width: width - 1, height: foot };

  y = (edge.length > 0 ? y - GAP : foot) + ROW + 4;
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
    things,
    services,
    lines: legs.flatMap((leg, at) => lines(leg, at, places)),
  };
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

/** The way from stop to stop, up to where it ends. */
function lines(leg: Leg, number: number, places: ReadonlyMap<string, Box>): Line[] {
  const stops = leg.state === "broken" ? leg.stops.slice(0, -1) : leg.stops;
  const tone = leg.stops.at(-1)?.tone ?? "ready";
  return stops.slice(1).flatMap((stop, at) => {
    const [from, to] = [places.get(stops[at]?.id ?? ""), places.get(stop.id)];
    if (!from || !to) return [];
    return [{ key: `${number}-${at}`, path: between(from, to), tone }];
  });
}

function between(from: Box, to: Box): string {
  const middle = (box: Box) => box.x + box.width / 2;
  const [x1, x2] = [middle(from), middle(to)];
  if (to.y >= from.y + from.height) return curve(x1, from.y + from.height, x2, to.y);
  if (to.y + to.height <= from.y) return curve(x1, from.y, x2, to.y + to.height);
  const [y1, y2] = [from.y + from.height / 2, to.y + to.height / 2];
  const right = x2 > x1;
  const [start, end] = [right ? from.x + from.width : from.x, right ? to.x : to.x + to.width];
  return `M${round(start)} ${round(y1)}L${round(end)} ${round(y2)}`;
}

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const half = (y1 + y2) / 2;
  return `M${round(x1)} ${round(y1)}C${round(x1)} ${round(half)} ${round(x2)} ${round(half)} ${round(x2)} ${round(y2)}`;
}

const round = (value: number) => Math.round(value * 10) / 10;
