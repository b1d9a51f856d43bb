import { host, type SessionView } from "../ipc";

/** Who the window is signed in as. `undefined` until the host has said. */
class Session {
  view = $state<SessionView | null | undefined>(undefined);

  async open(): Promise<void> {
    await host().on("session-changed", (view) => {
      this.view = view;
    });
    this.view = await host().commands.session();
  }
}

export const session = new Session();
