import { screen, waitFor } from "@testing-library/svelte";
import axe from "axe-core";
import { expect, vi } from "vitest";
import type { Switches } from "../src/ipc/fake/switches";

let close: (() => Promise<void>) | undefined;

/** The whole window on the fake host, from its first screen on, as if it had just been started. */
export async function openApp(switches: Partial<Switches> = {}, address = "#/setup"): Promise<void> {
  await close?.();
  vi.resetModules();
  document.body.innerHTML = '<div id="app"></div>';
  location.hash = address;
  const { mount, unmount } = await import("svelte");
  const { useHost } = await import("../src/ipc");
  const { fakeHost } = await import("../src/ipc/fake");
  const { default: App } = await import("../src/app/App.svelte");
  useHost(fakeHost({ connected: true, second: 2, ...switches }));
  const app = mount(App, { target: document.getElementById("app") ?? document.body });
  close = () => unmount(app);
}

export async function closeApp(): Promise<void> {
  await close?.();
  close = undefined;
}

const PATIENCE = { timeout: 8000 };

export const find = (id: string): Promise<HTMLElement> => screen.findByTestId(id, {}, PATIENCE);
export const gone = (id: string): Promise<void> =>
  waitFor(() => expect(screen.queryByTestId(id)).toBeNull(), PATIENCE);

export async function click(id: string): Promise<void> {
  const found = await find(id);
  await waitFor(() => expect(found.hasAttribute("disabled")).toBe(false), PATIENCE);
  found.click();
}

export async function fill(id: string, text: string): Promise<void> {
  const field = (await find(id)) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

export const state = (id: string, wanted: string): Promise<void> =>
  waitFor(() => expect(screen.getByTestId(id).dataset["state"]).toBe(wanted), PATIENCE);

/** What axe finds wrong. Contrast needs a layout, so the window suite looks at that one. */
export async function faults(): Promise<string[]> {
  const found = await axe.run(document.body, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`),
  );
}
