import { active } from "../features/jobs/active.svelte";
import { jobs } from "../features/jobs/jobs.svelte";
import { runs } from "../features/run/runs.svelte";
import { setup } from "../features/setup/setup.svelte";
import type { RunView } from "../ipc";

/** Counts what happened to the account as a whole, so that pages read it anew. */
class Changed {
  times = $state(0);
  /** The run and its state that were last heard of. */
  #heard = "";

  /** Another account, or the same one emptied: what was read of it is no longer true; what was typed stays. */
  account(): void {
    runs.forget();
    setup.forget();
    jobs.forget();
    active.jobs = 0;
    this.times += 1;
  }

  /** A run has begun or ended, whichever page is looked at: what was told of its stack is no longer true. */
  run(view: RunView): void {
    const { run, act, stack, state } = view;
    const now = `${run} ${act} ${state}`;
    if (now === this.#heard) return;
    this.#heard = now;
    setup.doubt();
    if (act === "create" && state === "done") setup.finish(view);
    if (act === "teardown" && state === "running") setup.leave(stack);
    if (act === "teardown" && state === "done") jobs.leave(stack);
  }
}

export const changed = new Changed();
