import Anser from "anser";

/** A piece of a log line. `classes` come from the list below and from nowhere else. */
export interface Piece {
  text: string;
  classes: string;
}

const COLOURS: Readonly<Record<string, string>> = {
  "ansi-red": "red",
  "ansi-bright-red": "red",
  "ansi-green": "green",
  "ansi-bright-green": "green",
  "ansi-yellow": "yellow",
  "ansi-bright-yellow": "yellow",
  "ansi-blue": "blue",
  "ansi-bright-blue": "blue",
  "ansi-magenta": "magenta",
  "ansi-bright-magenta": "magenta",
  "ansi-cyan": "cyan",
  "ansi-bright-cyan": "cyan",
  "ansi-bright-black": "dim",
};
const DECORATIONS: Readonly<Record<string, string>> = {
  bold: "bold",
  italic: "italic",
  underline: "underline",
  dim: "dim",
};

const ESC = "\u001b";
/** What is not a colour: OSC (titles, links, the clipboard), other control strings, other CSI, lone escapes. */
const OTHER_ESCAPES = new RegExp(
  [
    `${ESC}\\][\\s\\S]*?(?:\u0007|${ESC}\\\\|$)`,
    `${ESC}[PX^_][\\s\\S]*?(?:${ESC}\\\\|$)`,
    `${ESC}\\[[0-?]*[ -/]*[@-ln-~]`,
    `${ESC}(?!\\[[0-9;:]*m)`,
  ].join("|"),
  "g",
);
/** Characters that could hide or reorder what a line says. They are shown instead of obeyed. */
/* eslint-disable no-control-regex */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f\u0080-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/* eslint-enable no-control-regex */

function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (character === "\r") return "";
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return `\u2039U+${code.toString(16).toUpperCase().padStart(4, "0")}\u203a`;
}

/** A log line as pieces of plain text with colours from a fixed list; everything else it asks for is ignored. */
export function pieces(line: string): Piece[] {
  const safe = line.replace(OTHER_ESCAPES, "").replace(HIDDEN, visible);
  if (!safe.includes(ESC)) return [{ text: safe, classes: "" }];
  return Anser.ansiToJson(safe, { json: true, remove_empty: true, use_classes: true }).map((entry) => ({
    text: entry.content.replaceAll(ESC, "\u241b"),
    classes: [COLOURS[entry.fg] ?? "", ...entry.decorations.map((name) => DECORATIONS[name ?? ""] ?? "")]
      .filter(Boolean)
      .join(" "),
  }));
}

/** The line without any of it: what is searched and copied. */
export const plain = (line: string): string =>
  pieces(line)
    .map(({ text }) => text)
    .join("");

/** Cuts pieces at the places where `words` stand, so that these can be marked. */
export function marked(list: readonly Piece[], words: string): (Piece & { hit: boolean })[] {
  const wanted = words.toLowerCase();
  if (!wanted) return list.map((piece) => ({ ...piece, hit: false }));
  return list.flatMap((piece) => {
    const cut: (Piece & { hit: boolean })[] = [];
    const lower = piece.text.toLowerCase();
    let from = 0;
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
      if (at > from) cut.push({ ...piece, text: piece.text.slice(from, at), hit: false });
      cut.push({ ...piece, text: piece.text.slice(at, at + wanted.length), hit: true });
      from = at + wanted.length;
    }
    if (from < piece.text.length) cut.push({ ...piece, text: piece.text.slice(from), hit: false });
    return cut;
  });
}
