import { expect, it } from "vitest";
import { graft } from "./graft";

it("keeps what is of the same shape, and replaces what is not", () => {
  const first = { name: "a", size: 1 };
  const into = {
    list: [first, { name: "b", size: 2 }],
    map: { x: 1 } as object,
    none: null as object | null,
  };
  const from = { list: [{ name: "c", size: 3 }], map: { y: 1, x: 1 }, none: { z: [1] } };
  graft(into, from);
  expect(into).toEqual(from);
  expect(JSON.stringify(into)).toBe(JSON.stringify(from));
  expect(into.list[0]).toBe(first);
  graft(into, {
    list: [
      { name: "c", size: 3 },
      { name: "d", size: 4 },
    ],
    map: {},
    none: null,
  });
  expect(into).toEqual({
    list: [
      { name: "c", size: 3 },
      { name: "d", size: 4 },
    ],
    map: {},
    none: null,
  });
});
