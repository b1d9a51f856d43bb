import { expect, it } from "vitest";
import { changesOf, compare } from "./lines";

const drawn = (before: string, now: string) =>
  compare(before, now).map(({ kind, text }) => `${{ same: " ", gone: "-", new: "+" }[kind]}${text}`);

it("tells what went and what came", () => {
  expect(drawn("a\nb\nc", "a\nx\nc\nd")).toEqual([" a", "-b", "+x", " c", "+d"]);
  expect(drawn("a", "a")).toEqual([" a"]);
  expect(drawn("", "a")).toEqual(["-", "+a"]);
});

it("leaves out what is far from any change", () => {
  const many = Array.from({ length: 9 }, (_, at) => String(at));
  const changes = changesOf(compare(many.join("\n"), many.with(4, "x").join("\n")), 1);
  expect(changes.map((line) => line?.text ?? "…")).toEqual(["…", "3", "4", "x", "5", "…"]);
  expect(changesOf(compare("a\nb", "a\nb"))).toEqual([null]);
});
