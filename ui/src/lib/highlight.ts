// Small highlighters for the three languages Slipway shows. They only cut text into spans; the spans
// become text nodes, so nothing in a file can become markup.

export type Language = "hcl" | "json" | "shell";
export type Kind = "comment" | "string" | "number" | "keyword" | "name" | "plain";
export interface Span {
  kind: Kind;
  text: string;
}

type Rule = readonly [Kind, RegExp];

const NUMBER = /-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/y;

const RULES: Record<Language, readonly Rule[]> = {
  hcl: [
    ["comment", /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//y],
    ["string", /<<[-~]?(\w+)\n[\s\S]*?\n[ \t]*\1\b/y],
    ["string", /"(?:\\.|[^"\\\n])*"/y],
    ["keyword", /\b(?:true|false|null|for|in|if)\b(?!\s*=[^=])/y],
    // A block's type opens its line; the words after it are its labels or its brace.
    ["keyword", /(?<=^[ \t]*)[a-z_][\w-]*(?=[ \t]+(?:"|\{)|\{)/my],
    ["name", /(?<=^[ \t]*(?:\{[ \t]*)?)[A-Za-z_][\w-]*(?=[ \t]*=[^=])/my],
    ["plain", /[A-Za-z_][\w-]*/y],
    ["number", NUMBER],
  ],
  json: [
    ["name", /"(?:\\.|[^"\\\n])*"(?=\s*:)/y],
    ["string", /"(?:\\.|[^"\\\n])*"/y],
    ["keyword", /\b(?:true|false|null)\b/y],
    ["number", NUMBER],
  ],
  shell: [
    ["string", /'[^']*'|"(?:\\.|[^"\\])*"/y],
    ["name", /(?<=\s)--[a-z][\w-]*/y],
    ["keyword", /^aws\b/y],
    ["plain", /[\w./:@-]+/y],
  ],
};

/** The text in spans; joined again they are the text. */
export function spans(text: string, language: Language): Span[] {
  const found: Span[] = [];
  const add = (kind: Kind, piece: string) => {
    const last = found.at(-1);
    if (last?.kind === kind) last.text += piece;
    else found.push({ kind, text: piece });
  };
  let at = 0;
  while (at < text.length) {
    const hit = RULES[language].find(([, rule]) => {
      rule.lastIndex = at;
      return rule.test(text) && rule.lastIndex > at;
    });
    const end = hit ? hit[1].lastIndex : at + 1;
    add(hit ? hit[0] : "plain", text.slice(at, end));
    at = end;
  }
  return found;
}
