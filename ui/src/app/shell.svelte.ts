import { path, router } from "./route.svelte";
import { session } from "./session.svelte";

export const mac = navigator.platform.startsWith("Mac");
/** How the command key is written on this computer. */
export const commandKey = mac ? "⌘" : "Ctrl ";

/** What floats over or stands under the page, and the keys that open it. */
class Shell {
  palette = $state(false);
  settings = $state(false);
  lessons = $state(false);
  activity = $state(false);

  /** What the command key does together with another. */
  readonly #keys: Record<string, () => void> = {
    ",": () => (this.settings = !this.settings),
    k: () => (this.palette = !this.palette),
    j: () => (this.activity = !this.activity),
    1: () => router.go(path.setup()),
    2: () => router.go(path.stacks()),
    3: () => router.go(path.jobs()),
    4: () => router.go(path.terraform()),
  };

  key = (event: KeyboardEvent): void => {
    if (!(mac ? event.metaKey : event.ctrlKey) || event.altKey) return;
    const chosen = this.#keys[event.key.toLowerCase()];
    // Before somebody is signed in there is nowhere to go, only settings.
    if (!chosen || (!session.view && event.key !== ",")) return;
    event.preventDefault();
    chosen();
  };
}

export const shell = new Shell();
