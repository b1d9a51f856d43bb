import { describe, expect, it } from "vitest";
import { joinCommand, splitCommand } from "./argv";

describe("a command as a line", () => {
  it.each([
    ["echo hello", ["echo", "hello"]],
    ["  echo   'hello  world' ", ["echo", "hello  world"]],
    ['sh -c "echo \\"a b\\" $HOME"', ["sh", "-c", 'echo "a b" $HOME']],
    ["a\\ b '' c'd'\"e\"", ["a b", "", "cde"]],
    ["", []],
  ])("reads %j", (line, words) => {
    expect(splitCommand(line)).toEqual(words);
  });

  it.each([
    [["python", "-m", "tiles.render"]],
    [["sh", "-c", "echo 'it'\\''s' && ls | wc"]],
    [["", " ", "\t", "ünïcode", "a'b", 'c"d', "e\\f", "$(rm)"]],
    [["two\nlines"]],
  ])("comes back as it was: %j", (words) => {
    expect(splitCommand(joinCommand(words))).toEqual(words);
  });
});
