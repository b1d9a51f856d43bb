/** A plan laid out in columns: each step right of everything it comes after. */
export interface Node {
  id: string;
  column: number;
  row: number;
}
export interface Layers {
  nodes: Map<string, Node>;
  edges: { from: string; to: string }[];
  columns: number;
  rows: number;
}

interface Step {
  id: string;
  after: readonly string[];
}

/** How often neighbours pull at each other; more changes nothing at this size. */
const SWEEPS = 6;

export function layered(steps: readonly Step[]): Layers {
  const known = new Set(steps.map(({ id }) => id));
  const after = new Map(steps.map(({ id, after }) => [id, after.filter((other) => known.has(other))]));

  const column = new Map<string, number>();
  const columnOf = (id: string, above: readonly string[] = []): number => {
    const found = column.get(id);
    if (found !== undefined) return found;
    // A plan has no circles; should one come, it must not hang the window.
    if (above.includes(id)) return 0;
    const left = (after.get(id) ?? []).map((other) => columnOf(other, [...above, id]) + 1);
    const at = Math.max(0, ...left);
    column.set(id, at);
    return at;
  };
  for (const { id } of steps) columnOf(id);

  const edges = direct(after);
  const columns: string[][] = [];
  for (const { id } of steps) (columns[column.get(id) ?? 0] ??= []).push(id);

  const neighbours = new Map<string, string[]>(steps.map(({ id }) => [id, []]));
  for (const { from, to } of edges) {
    neighbours.get(from)?.push(to);
    neighbours.get(to)?.push(from);
  }
  const row = new Map<string, number>();
  for (const list of columns) list.forEach((id, at) => row.set(id, at));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const list of columns) {
      const pull = (id: string) => {
        const beside = neighbours.get(id) ?? [];
        if (beside.length === 0) return row.get(id) ?? 0;
        return beside.reduce((sum, other) => sum + (row.get(other) ?? 0), 0) / beside.length;
      };
      const pulls = new Map(list.map((id) => [id, pull(id)]));
      list.sort((a, b) => (pulls.get(a) ?? 0) - (pulls.get(b) ?? 0));
      list.forEach((id, at) => row.set(id, at));
    }
  }
  const nodes = new Map(
    steps.map(({ id }) => [id, { id, column: column.get(id) ?? 0, row: row.get(id) ?? 0 }] as const),
  );
  return { nodes, edges, columns: columns.length, rows: Math.max(0, ...columns.map((list) => list.length)) };
}

/** The arrows worth drawing: what another arrow's path says already is left out. */
function direct(after: ReadonlyMap<string, readonly string[]>): { from: string; to: string }[] {
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
