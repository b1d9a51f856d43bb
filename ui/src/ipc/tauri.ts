import { Channel } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWindow } from "@tauri-apps/api/window";
import { commands } from "./bindings";
import type { Commands, KeysCommands } from "./contract";
import type { Host } from "./host";

export const tauriHost: Host = {
  // The same functions under the types of the contract, which knows no Tauri.
  commands: commands as unknown as Commands,
  keys: commands as unknown as KeysCommands,
  channel: (heard) => new Channel(heard),
  on: (event, heard) => listen(event, ({ payload }) => heard(payload as never)),
  // Rust closes the keys window itself once keys are saved; then there is nothing left to close.
  closeWindow: () =>
    getCurrentWindow()
      .close()
      .catch(() => undefined),
};
