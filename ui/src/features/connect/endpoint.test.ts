import { expect, it } from "vitest";
import { endpointFault } from "./endpoint";

it.each<[string, ReturnType<typeof endpointFault>]>([
  ["", null],
  ["https://batch.example.com", null],
  ["http://localhost:5000", null],
  ["http://127.0.0.1:5000", null],
  ["http://[::1]:5000", null],
  ["http://example.com", "plain"],
  ["http://localhost.example.com", "plain"],
  ["http://127.0.0.1.example.com", "plain"],
  ["ftp://localhost", "address"],
  ["javascript:alert(1)", "address"],
  ["localhost:5000", "address"],
  ["not an address", "address"],
])("%s is %s", (text, fault) => {
  expect(endpointFault(text)).toBe(fault);
});
