// A command is a list of words; people type it as a line. Quotes and backslashes work as in a shell,
// and nothing else does: no variables, no pipes, since no shell will read it.
import { m } from "../paraglide/messages";

/** Why a line is no command: a quote that nothing closes, or a backslash that nothing follows; and from where on. */
export interface CommandFault {
  kind: "quote" | "backslash";
  at: string;
}
export type Command = { words: string[]; fault: null } | { words: null; fault: CommandFault };

// Sticky: a piece begins where the one before it ended, so that nothing typed is passed over.
const PIECE = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([^\s'"\\]+)|(\s+)/gsy;

export function readCommand(line: string): Command {
  const words: string[] = [];
  let word: string | null = null;
  let end = 0;
  for (const [piece, single, double, escaped, bare, space] of line.matchAll(PIECE)) {
    end += piece.length;
    if (space !== undefined) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + (single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? bare ?? "");
    }
  }
  if (end < line.length) {
    return { words: null, fault: { kind: line[end] === "\\" ? "backslash" : "quote", at: line.slice(end) } };
  }
  if (word !== null) words.push(word);
  return { words, fault: null };
}

const SHOWN = 20;

/** What to say at the field where a line was typed that is no command. */
export function commandProblem(line: string): string | undefined {
  const { fault } = readCommand(line);
  if (!fault) return undefined;
  if (fault.kind === "backslash") return m.command_backslash();
  return m.command_quote({ at: fault.at.length > SHOWN ? `${fault.at.slice(0, SHOWN)}…` : fault.at });
}

const PLAIN = /^[\w@%+=:,./-]+$/;

export function joinCommand(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}
