/** Rows that a page key jumps. */
const PAGE = 15;

/** The row that a key leads to; null when the key is not one that walks a list. */
export function walk(key: string, at: number, length: number): number | null {
  if (length === 0) return null;
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? 0 : at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: length - 1,
  };
  const wanted = to[key];
  return wanted === undefined ? null : Math.min(length - 1, Math.max(0, wanted));
}
