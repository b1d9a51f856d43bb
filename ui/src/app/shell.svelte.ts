import { session } from "./session.svelte";

export const mac = navigator.platform.startsWith("Mac");
/** How the command key is written on this computer. */
export const commandKey = mac ? "⌘" : "Ctrl ";

/** What floats over or stands under the page, and the keys that open it. */
class Shell {
  palette = $state(false);
  settings = $state(false);
  activity = $state(false);

  key = (event: KeyboardEvent): void => {
    if (!(mac ? event.metaKey : event.ctrlKey) || event.altKey) return;
    const act: Record<string, () => void> = {
      k: () => {
        if (session.view) this.palette = !this.palette;
      },
      ",": () => (this.settings = !this.settings),
      j: () => (this.activity = !this.activity),
    };
    const chosen = act[event.key.toLowerCase()];
    if (!chosen) return;
    event.preventDefault();
    chosen();
  };
}

export const shell = new Shell();
