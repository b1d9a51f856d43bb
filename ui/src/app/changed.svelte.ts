import { active } from "../features/jobs/active.svelte";
import { jobs } from "../features/jobs/jobs.svelte";
import { runs } from "../features/run/runs.svelte";
import { setup } from "../features/setup/setup.svelte";

/** Counts what happened to the account as a whole, so that pages read it anew. */
class Changed {
  times = $state(0);

  /** Another account, or the same one emptied: what was read of it is no longer true; what was typed stays. */
  account(): void {
    runs.forget();
    setup.forget();
    jobs.forget();
    active.jobs = 0;
    this.times += 1;
  }
}

export const changed = new Changed();
