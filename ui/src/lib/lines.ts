/** One line of a comparison: in both, only before, or only now. */
export interface Line {
  kind: "same" | "gone" | "new";
  text: string;
}

/** Compares two texts line by line, by their longest common subsequence. */
export function compare(before: string, now: string): Line[] {
  const [a, b] = [before.split("\n"), now.split("\n")];
  // common[i][j]: how many lines a from i on and b from j on have in common.
  const common = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = common[i] ?? [];
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  for (let [i, j] = [0, 0]; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i++] ?? "" });
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: "gone", text: a[i++] ?? "" });
    } else {
      lines.push({ kind: "new", text: b[j++] ?? "" });
    }
  }
  return lines;
}

/** Only what changed, with a few lines around; null stands for what was left out. */
export function changesOf(lines: readonly Line[], around = 2): (Line | null)[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(at - around, 0), at + around + 1).some(({ kind }) => kind !== "same"),
  );
  return lines.flatMap((line, at): (Line | null)[] => {
    if (near[at]) return [line];
    return at === 0 || near[at - 1] ? [null] : [];
  });
}
