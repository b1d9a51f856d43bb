import { SvelteSet } from "svelte/reactivity";
import { asAppError, host, type AppError, type JobList, type JobState, type StackQueue } from "../../ipc";
import { Load } from "../../lib/load.svelte";
import { active } from "./active.svelte";
import { ended, STATES } from "./states";

/** The list of jobs: which queue, which filter, what is marked. It outlives its page. */
class Jobs {
  queues = $state.raw<StackQueue[] | null>(null);
  queuesError = $state.raw<AppError | null>(null);
  queue = $state("");
  states = $state.raw<JobState[]>([]);
  search = $state("");
  list = $state.raw(new Load<JobList>());
  marked = new SvelteSet<string>();

  async open(): Promise<void> {
    try {
      this.queues = await host().commands.jobQueues();
      this.queuesError = null;
      if (!this.queues.some(({ name }) => name === this.queue)) {
        this.queue = this.queues[0]?.name ?? "";
        this.list.value = null;
        this.marked.clear();
      }
      await this.read();
    } catch (thrown) {
      this.queuesError = asAppError(thrown);
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
    this.queues = null;
    this.queue = "";
    this.list = new Load<JobList>();
    this.marked.clear();
  }

  /** A stack that is gone took its queue and the jobs in it along. */
  leave(stack: string): void {
    const left = this.queues?.filter((queue) => queue.stack !== stack) ?? null;
    const here = left?.some(({ name }) => name === this.queue) ?? true;
    this.queues = left;
    if (here) return;
    this.queue = left?.[0]?.name ?? "";
    this.list = new Load<JobList>();
    this.marked.clear();
    active.jobs = 0;
  }

  /** Turns to a queue, to be read when the list is looked at; without a filter, which was meant for another. */
  turn(queue: string): void {
    if (queue === this.queue) return;
    this.queue = queue;
    this.states = [];
    this.search = "";
    this.marked.clear();
    this.list = new Load<JobList>();
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
