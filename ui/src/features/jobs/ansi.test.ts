import { describe, expect, it } from "vitest";
import { marked, pieces, plain } from "./ansi";

const ESC = "\u001b";
const BEL = "\u0007";

describe("a log line", () => {
  it("keeps colours from the list and nothing else", () => {
    expect(pieces(`${ESC}[1;31mERROR${ESC}[0m fine`)).toEqual([
      { text: "ERROR", classes: "red bold" },
      { text: " fine", classes: "" },
    ]);
    expect(pieces(`${ESC}[38;2;1;2;3mtrue${ESC}[38;5;200mpalette`).map(({ classes }) => classes)).toEqual([
      "",
      "",
    ]);
  });

  it.each([
    ["a link", `${ESC}]8;;https://example.com${ESC}\\here${ESC}]8;;${ESC}\\`, "here"],
    ["the clipboard", `a${ESC}]52;c;c2VjcmV0${BEL}b`, "ab"],
    ["a title", `${ESC}]0;owned${BEL}x`, "x"],
    ["an open end", `x${ESC}]8;;never closed`, "x"],
    ["a device string", `a${ESC}Pq#0${ESC}\\b`, "ab"],
    ["moving the cursor", `a${ESC}[2J${ESC}[1;1Hb`, "ab"],
    ["a lone escape", `a${ESC}cb`, "acb"],
    ["a carriage return", "10%\r20%", "10%20%"],
  ])("does not do %s", (_, line, shown) => {
    expect(plain(line)).toBe(shown);
  });

  it("shows what would hide or reorder the text", () => {
    expect(plain("a\u0000b")).toBe("a\u2400b");
    expect(plain("user\u202enimda")).toBe("user‹U+202E›nimda");
    expect(plain("zero\u200bwidth")).toBe("zero‹U+200B›width");
  });

  it("leaves markup as text", () => {
    expect(pieces("<img src=x onerror=alert(1)>")).toEqual([
      { text: "<img src=x onerror=alert(1)>", classes: "" },
    ]);
  });

  it("marks what is searched for, whatever its case, and loses nothing", () => {
    const cut = marked(pieces("Block 4 and block 44"), "block 4");
    expect(cut.filter(({ hit }) => hit).map(({ text }) => text)).toEqual(["Block 4", "block 4"]);
    expect(cut.map(({ text }) => text).join("")).toBe("Block 4 and block 44");
  });
});
