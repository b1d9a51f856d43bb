import { render, screen, waitFor } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";
import KeysWindow from "../src/features/connect/KeysWindow.svelte";
import { useHost } from "../src/ipc";
import { fakeHost } from "../src/ipc/fake";
import { testids as t } from "../src/testids";
import { click, faults, fill } from "./app";

it("saves keys, empties its fields and closes", async () => {
  const host = fakeHost({ second: 1 });
  const close = vi.spyOn(host, "closeWindow").mockResolvedValue();
  const save = vi.spyOn(host.keys, "saveKeys");
  useHost(host);
  render(KeysWindow);
  expect(await faults()).toEqual([]);
  await fill(t.keysName, "research");
  await fill(t.keysId, "not a key");
  await fill(t.keysSecret, "s3cr3t");
  await click(t.keysSave);
  await waitFor(() => expect(screen.getByTestId(t.keysId).getAttribute("aria-invalid")).toBe("true"));
  expect(close).not.toHaveBeenCalled();

  await fill(t.keysId, "AKIAIOSFODNN7EXAMPLE");
  await click(t.keysSave);
  await waitFor(() => expect(close).toHaveBeenCalled());
  expect(save).toHaveBeenLastCalledWith(
    "research",
    "us-east-1",
    null,
    "AKIAIOSFODNN7EXAMPLE",
    "s3cr3t",
    null,
  );
  expect((screen.getByTestId(t.keysSecret) as HTMLInputElement).value).toBe("");
  expect((screen.getByTestId(t.keysId) as HTMLInputElement).value).toBe("");
});
