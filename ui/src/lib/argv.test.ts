import { describe, expect, it } from "vitest";
import { commandProblem, joinCommand, readCommand } from "./argv";

describe("a command as a line", () => {
  it.each([
    ["echo hello", ["echo", "hello"]],
    ["  echo   'hello  world' ", ["echo", "hello  world"]],
    ['sh -c "echo \\"a b\\" $HOME"', ["sh", "-c", 'echo "a b" $HOME']],
    ["a\\ b '' c'd'\"e\"", ["a b", "", "cde"]],
    ["", []],
  ])("reads %j", (line, words) => {
    expect(readCommand(line)).toEqual({ words, fault: null });
    expect(commandProblem(line)).toBeUndefined();
  });

  it.each([
    ["sh -c 'echo unbalanced", "quote", "'echo unbalanced"],
    ['echo "a b', "quote", '"a b'],
    ['echo "a\\"', "quote", '"a\\"'],
    ["echo it's", "quote", "'s"],
    ['echo "ends\\', "quote", '"ends\\'],
    ["echo hello\\", "backslash", "\\"],
    ["\\", "backslash", "\\"],
  ])("refuses %j", (line, kind, at) => {
    expect(readCommand(line)).toEqual({ words: null, fault: { kind, at } });
    expect(commandProblem(line)).toContain(kind === "quote" ? at : "ends with a backslash");
  });

  it("names no more of a long command than is needed to find the place", () => {
    expect(commandProblem(`echo '${"long ".repeat(50)}`)).toContain("'long long long long…");
  });

  it.each([
    [["python", "-m", "tiles.render"]],
    [["sh", "-c", "echo 'it'\\''s' && ls | wc"]],
    [["", " ", "\t", "ünïcode", "a'b", 'c"d', "e\\f", "$(rm)"]],
    [["two\nlines"]],
  ])("comes back as it was: %j", (words) => {
    expect(readCommand(joinCommand(words)).words).toEqual(words);
  });
});
