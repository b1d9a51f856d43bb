import { host, type Connect, type SessionView } from "../ipc";

/** Who the window is signed in as. `undefined` until the host has said. */
class Session {
  view = $state<SessionView | null | undefined>(undefined);

  async connect(how: Connect): Promise<void> {
    this.view = await host().commands.connect(how);
  }

  async disconnect(): Promise<void> {
    await host().commands.disconnect();
    this.view = null;
  }

  async open(): Promise<void> {
    await host().on("session-changed", (view) => {
      this.view = view;
    });
    this.view = await host().commands.session();
  }
}

export const session = new Session();
