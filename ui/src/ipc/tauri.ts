import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWindow } from "@tauri-apps/api/window";
import type { Commands, KeysCommands } from "./contract";
import type { Host } from "./host";

/** Argument names in the order of the contract, as Tauri expects them: camelCase. */
type Names<C> = { readonly [K in keyof C]: readonly string[] };

const COMMANDS: Names<Commands> = {
  session: [],
  ways: [],
  connect: ["how"],
  disconnect: [],
  open_keys_window: [],
  forget_account: ["name"],
  practice_settings: [],
  set_practice_pace: ["pace"],
  reset_practice: [],
  presets: [],
  new_blueprint: ["preset", "name"],
  check_blueprint: ["blueprint"],
  blueprint_toml: ["blueprint"],
  read_blueprint: ["toml"],
  check: ["blueprint", "items"],
  plan: ["blueprint"],
  preview_terraform: ["blueprint", "options"],
  create: ["blueprint", "progress"],
  resume: ["stack", "progress"],
  undo: ["stack", "progress"],
  keep: ["stack"],
  stop_run: [],
  unfinished: [],
  stacks: [],
  stack: ["name"],
  plan_teardown: ["name"],
  teardown: ["name", "progress"],
  terraform: ["name", "options"],
  terraform_folder: ["name"],
  choose_folder: [],
  save_terraform: ["name", "options", "folder", "overwrite"],
  open_console: ["url"],
  job_targets: [],
  submit_command_line: ["submit"],
  submit: ["submit"],
  jobs: ["queue", "states", "search"],
  job: ["id"],
  job_logs: ["id", "attempt", "token"],
  cancel_jobs: ["ids", "reason"],
  terminate_jobs: ["ids", "reason"],
  activity: [],
};

const KEYS: Names<KeysCommands> = {
  save_keys: ["name", "region", "endpoint", "keyId", "secret", "token"],
};

function bind<C>(names: Names<C>): C {
  const bound = Object.entries<readonly string[]>(names).map(([command, parameters]) => {
    const call = (...values: unknown[]) =>
      invoke(command, Object.fromEntries(parameters.map((name, at) => [name, values[at]])));
    return [command, call] as const;
  });
  return Object.fromEntries(bound) as C;
}

export const tauriHost: Host = {
  commands: bind<Commands>(COMMANDS),
  keys: bind<KeysCommands>(KEYS),
  channel: (heard) => new Channel(heard),
  on: (event, heard) => listen(event, ({ payload }) => heard(payload as never)),
  // Rust closes the keys window itself once keys are saved; then there is nothing left to close.
  closeWindow: () =>
    getCurrentWindow()
      .close()
      .catch(() => undefined),
};
