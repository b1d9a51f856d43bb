// A command is a list of words; people type it as a line. Quotes and backslashes work as in a shell,
// and nothing else does: no variables, no pipes, since no shell will read it.

const PIECE = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\]+)|(\s+)/gs;

export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (const [, single, double, escaped, bare, space] of line.matchAll(PIECE)) {
    if (space !== undefined) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? bare ?? "");
    }
  }
  if (word !== null) words.push(word);
  return words;
}

const PLAIN = /^[\w@%+=:,./-]+$/;

export function joinCommand(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}
