import { expect, it, vi } from "vitest";

vi.mock("@tauri-apps/api/core", () => ({ invoke: vi.fn(), Channel: vi.fn() }));
vi.mock("@tauri-apps/api/event", () => ({ listen: vi.fn() }));
vi.mock("@tauri-apps/api/window", () => ({ getCurrentWindow: vi.fn() }));

import { fakeHost } from "./fake";
import { tauriHost } from "./tauri";

it("knows every command that the fake host knows", () => {
  const { saveKeys: _, ...commands } = tauriHost.commands as typeof tauriHost.commands &
    typeof tauriHost.keys;
  expect(Object.keys(commands).sort()).toEqual(Object.keys(fakeHost().commands).sort());
});
