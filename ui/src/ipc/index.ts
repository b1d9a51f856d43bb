// The one door between the screens and what they run in.
import type { Host } from "./host";

export type * from "./contract";
export { TYPE_CHOICES } from "./bindings";
export type { Host } from "./host";
export { asAppError } from "./host";

let current: Host | undefined;

export function useHost(host: Host): void {
  current = host;
}

export function host(): Host {
  if (!current) throw new Error("No host: call openHost() or useHost() first.");
  return current;
}

/** The real window where there is one. A plain browser gets the fake host, in development only. */
export async function openHost(): Promise<Host> {
  if (import.meta.env.DEV && !("__TAURI_INTERNALS__" in window)) {
    const { fakeHost, switchesFrom } = await import("./fake");
    current = fakeHost(switchesFrom(location.search));
  } else {
    const { tauriHost } = await import("./tauri");
    current = tauriHost;
  }
  return current;
}
