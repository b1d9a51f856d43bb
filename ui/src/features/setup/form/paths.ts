/** The last step of a field's path: `[0]`, `.name`, `."aws:team"`. */
const LAST = /(?:\[\d+\]|\.(?:[\w-]+|"(?:[^"\\]|\\.)*"))$/;

/** The path of what holds this field; empty for the blueprint itself. */
export function above(path: string): string {
  const cut = path.replace(LAST, "");
  return cut === path ? "" : cut;
}

/** The path of an entry of a map, its key written as TOML and Rust write it. */
export const keyed = (path: string, key: string): string =>
  `${path}.${/^[\w-]+$/.test(key) ? key : JSON.stringify(key)}`;

/** Which of the shown fields a problem is said at: its own, else the nearest that holds it. */
export function homeOf(field: string, shown: { has: (path: string) => boolean }): string | undefined {
  for (let path = field; path; path = above(path)) if (shown.has(path)) return path;
  return undefined;
}

/** The names of a path without its places in lists: `job_definitions`, `retry`, `on_reason`. */
export const namesOf = (path: string): string[] => path.replaceAll(/\[\d+\]/g, "").split(".");
