import {
  asAppError,
  host,
  type AppError,
  type Blueprint,
  type Channel,
  type RunAct,
  type RunView,
  type UnfinishedRun,
} from "../../ipc";

type Walk = (progress: Channel<RunView>) => Promise<RunView>;

/** The one run that this window follows. It goes on while other pages are looked at. */
class Runs {
  view = $state<RunView | null>(null);
  /** When the last event of it came. */
  heardAt = $state(0);
  /** Why a run could not even begin. */
  error = $state<AppError | null>(null);
  /** What it is for, from the click on, also where it could not begin. */
  task = $state<{ stack: string; act: RunAct } | null>(null);
  /** Between the click and the first event. */
  starting = $state<{ stack: string; act: RunAct } | null>(null);
  /** Runs of an earlier start that nobody has decided about. */
  unfinished = $state<UnfinishedRun[]>([]);

  going = $derived(
    this.view && (this.view.state === "running" || this.view.state === "stopping") ? this.view : null,
  );
  busy = $derived(this.going !== null || this.starting !== null);

  async #follow(stack: string, act: RunAct, walk: Walk): Promise<void> {
    if (this.busy) return;
    this.error = null;
    this.view = null;
    this.task = { stack, act };
    this.starting = { stack, act };
    try {
      this.view = await walk(
        host().channel((view) => {
          this.starting = null;
          this.heardAt = Date.now();
          this.view = view;
        }),
      );
    } catch (thrown) {
      this.error = asAppError(thrown);
    } finally {
      this.starting = null;
      await this.lookForUnfinished();
    }
  }

  /** `despite`: a person has seen what the check finds wrong, and goes on. */
  create(blueprint: Blueprint, despite = false): Promise<void> {
    return this.#follow(blueprint.name, "create", (progress) =>
      host().commands.create(blueprint, despite, progress),
    );
  }
  resume(stack: string, act: RunAct = "create"): Promise<void> {
    return this.#follow(stack, act, (progress) => host().commands.resume(stack, progress));
  }
  undo(stack: string): Promise<void> {
    return this.#follow(stack, "undo", (progress) => host().commands.undo(stack, progress));
  }
  teardown(stack: string, images: boolean): Promise<void> {
    return this.#follow(stack, "teardown", (progress) => host().commands.teardown(stack, images, progress));
  }
  async keep(stack: string): Promise<void> {
    await host().commands.keep(stack);
    await this.lookForUnfinished();
  }
  async stop(): Promise<void> {
    try {
      await host().commands.stopRun();
    } catch (thrown) {
      this.error = asAppError(thrown);
    }
  }

  /** Quietly: a list that cannot be read now is read again later, and nothing depends on it. */
  async lookForUnfinished(): Promise<void> {
    try {
      this.unfinished = await host().commands.unfinished();
    } catch {
      this.unfinished = [];
    }
  }

  /** Another account: its runs are not these. One that goes on is followed to its end. */
  forget(): void {
    this.clear();
    this.unfinished = [];
  }

  /** Forgets the run that was shown, when another task begins. */
  clear(): void {
    if (this.busy) return;
    this.view = null;
    this.task = null;
    this.error = null;
  }
}

export const runs = new Runs();
