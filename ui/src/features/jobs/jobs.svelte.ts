import { SvelteSet } from "svelte/reactivity";
import { asAppError, host, type AppError, type JobList, type JobState, type JobTarget } from "../../ipc";
import { Load } from "../../lib/load.svelte";
import { active } from "./active.svelte";
import { ended, STATES } from "./states";

/** The list of jobs: which queue, which filter, what is marked. It outlives its page. */
class Jobs {
  targets = $state.raw<JobTarget[] | null>(null);
  targetsError = $state.raw<AppError | null>(null);
  queue = $state("");
  states = $state.raw<JobState[]>([]);
  search = $state("");
  list = $state.raw(new Load<JobList>());
  marked = new SvelteSet<string>();

  async open(): Promise<void> {
    try {
      this.targets = await host().commands.jobTargets();
      this.targetsError = null;
      if (!this.targets.some(({ queue }) => queue === this.queue)) {
        this.queue = this.targets[0]?.queue ?? "";
        this.list.value = null;
        this.marked.clear();
      }
      await this.read();
    } catch (thrown) {
      this.targetsError = asAppError(thrown);
    }
  }

  async read(): Promise<void> {
    if (!this.queue) return;
    const { queue, states, search } = this;
    await this.list.read(() => host().commands.jobs(queue, [...states], search.trim()));
    const counts = this.list.value?.counts;
    if (!counts) return;
    active.jobs = STATES.filter((state) => !ended(state)).reduce(
      (sum, state) => sum + (counts[state] ?? 0),
      0,
    );
  }

  /** Another account has other queues. */
  forget(): void {
    this.targets = null;
    this.queue = "";
    this.list = new Load<JobList>();
    this.marked.clear();
  }

  /** A stack that is gone took its queue and the jobs in it along. */
  leave(stack: string): void {
    const left = this.targets?.filter((target) => target.stack !== stack) ?? null;
    const here = left?.some(({ queue }) => queue === this.queue) ?? true;
    this.targets = left;
    if (here) return;
    this.queue = left?.[0]?.queue ?? "";
    this.list = new Load<JobList>();
    this.marked.clear();
    active.jobs = 0;
  }

  choose(queue: string): void {
    this.queue = queue;
    this.marked.clear();
    this.list.value = null;
    void this.read();
  }

  toggleState(state: JobState): void {
    this.states = this.states.includes(state)
      ? this.states.filter((other) => other !== state)
      : [...this.states, state];
    void this.read();
  }

  clearFilter(): void {
    this.states = [];
    this.search = "";
    void this.read();
  }

  get filtered(): boolean {
    return this.states.length > 0 || this.search.trim() !== "";
  }
}

export const jobs = new Jobs();
