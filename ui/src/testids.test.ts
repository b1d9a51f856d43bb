import { expect, it } from "vitest";
import { testids } from "./testids";

it("gives each thing its own id", () => {
  const ids = Object.values(testids).map((id) =>
    typeof id === "function" ? (id as (part: string) => string)("*") : id,
  );
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});
