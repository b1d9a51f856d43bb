import { beforeEach, expect, it, vi } from "vitest";

const invoke = vi.hoisted(() => vi.fn());
vi.mock("@tauri-apps/api/core", () => ({ invoke, Channel: vi.fn() }));
vi.mock("@tauri-apps/api/event", () => ({ listen: vi.fn() }));
vi.mock("@tauri-apps/api/window", () => ({ getCurrentWindow: vi.fn() }));

import { fakeHost } from "./fake";
import { tauriHost } from "./tauri";

beforeEach(() => invoke.mockReset());

it("passes arguments by name, in the order of the contract", async () => {
  await tauriHost.commands.job_logs("id", 2, null);
  expect(invoke).toHaveBeenLastCalledWith("job_logs", { id: "id", attempt: 2, token: null });
  await tauriHost.commands.jobs("queue", ["FAILED"], "words");
  expect(invoke).toHaveBeenLastCalledWith("jobs", { queue: "queue", states: ["FAILED"], search: "words" });
  await tauriHost.keys.save_keys("name", "region", null, "id", "secret", null);
  expect(invoke).toHaveBeenLastCalledWith("save_keys", {
    name: "name",
    region: "region",
    endpoint: null,
    keyId: "id",
    secret: "secret",
    token: null,
  });
});

it("knows every command that the fake host knows", () => {
  expect(Object.keys(tauriHost.commands).sort()).toEqual(Object.keys(fakeHost().commands).sort());
});
