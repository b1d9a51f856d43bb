// A plan laid out in columns: each step stands right of everything it comes after. An arrow that passes
// a column gets a place of its own there, so that it runs between the steps and not behind them.

export interface Place {
  column: number;
  row: number;
}
export interface Arrow {
  from: string;
  to: string;
  /** The places it passes on its way. */
  via: Place[];
}
export interface Layers {
  places: Map<string, Place>;
  arrows: Arrow[];
  columns: number;
  rows: number;
}

interface Step {
  id: string;
  after: readonly string[];
}
type After = ReadonlyMap<string, readonly string[]>;

/** How often neighbours pull at each other; more changes nothing at this size. */
const SWEEPS = 8;

export function layered(steps: readonly Step[]): Layers {
  const known = new Set(steps.map(({ id }) => id));
  const after: After = new Map(steps.map(({ id, after }) => [id, after.filter((other) => known.has(other))]));
  const column = columnsOf(after);

  const links: [string, string][] = [];
  const arrows = direct(after).map(({ from, to }) => {
    const [start, end] = [column.get(from) ?? 0, column.get(to) ?? 0];
    const passes: string[] = [];
    for (let at = start + 1; at < end; at += 1) {
      const id = `${from}\u0000${to}\u0000${at}`;
      column.set(id, at);
      passes.push(id);
    }
    const path = [from, ...passes, to];
    path.slice(1).forEach((next, at) => links.push([path[at] ?? from, next]));
    return { from, to, passes };
  });

  const columns: string[][] = [];
  for (const [id, at] of column) (columns[at] ??= []).push(id);
  const row = rowsOf(columns, links);
  const place = (id: string): Place => ({ column: column.get(id) ?? 0, row: row.get(id) ?? 0 });

  return {
    places: new Map(steps.map(({ id }) => [id, place(id)])),
    arrows: arrows.map(({ from, to, passes }) => ({ from, to, via: passes.map(place) })),
    columns: columns.length,
    rows: Math.max(0, ...columns.map((list) => list.length)),
  };
}

/** Each id's column: one right of the rightmost thing it comes after. */
function columnsOf(after: After): Map<string, number> {
  const column = new Map<string, number>();
  const find = (id: string, above: readonly string[]): number => {
    const found = column.get(id);
    if (found !== undefined) return found;
    // A plan has no circles; should one come, it must not hang the window.
    if (above.includes(id)) return 0;
    const left = (after.get(id) ?? []).map((other) => find(other, [...above, id]) + 1);
    const at = Math.max(0, ...left);
    column.set(id, at);
    return at;
  };
  for (const id of after.keys()) find(id, []);
  return column;
}

/** Orders each column so that neighbours stand near each other. */
function rowsOf(columns: string[][], links: readonly [string, string][]): Map<string, number> {
  const beside = new Map<string, string[]>();
  const note = (id: string, other: string) => beside.set(id, [...(beside.get(id) ?? []), other]);
  for (const [from, to] of links) {
    note(from, to);
    note(to, from);
  }
  const row = new Map<string, number>();
  for (const list of columns) list.forEach((id, at) => row.set(id, at));
  const pull = (id: string): number => {
    const others = beside.get(id) ?? [];
    // What nothing pulls at goes to the foot.
    if (others.length === 0) return Number.MAX_SAFE_INTEGER;
    return others.reduce((sum, other) => sum + (row.get(other) ?? 0), 0) / others.length;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const list of sweep % 2 === 0 ? columns : columns.toReversed()) {
      const pulls = new Map(list.map((id) => [id, pull(id)]));
      list.sort((a, b) => (pulls.get(a) ?? 0) - (pulls.get(b) ?? 0));
      list.forEach((id, at) => row.set(id, at));
    }
  }
  return row;
}

/** The arrows worth drawing: what another arrow's path says already is left out. */
function direct(after: After): { from: string; to: string }[] {
  const reaches = (from: string, to: string, seen: Set<string>): boolean => {
    if (from === to) return true;
    if (seen.has(to)) return false;
    seen.add(to);
    return (after.get(to) ?? []).some((other) => reaches(from, other, seen));
  };
  return [...after].flatMap(([to, list]) =>
    list
      .filter((from) => !list.some((other) => other !== from && reaches(from, other, new Set())))
      .map((from) => ({ from, to })),
  );
}
