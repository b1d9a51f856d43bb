import { asAppError, host, type AppError, type LogLine, type Text } from "../../ipc";

/** More lines than anybody reads; older ones are let go, so that a flood does not fill the memory. */
const KEPT = 50_000;
/** Pages read in one go before the screen gets its turn. */
const BURST = 20;

/** The log of one attempt, read on from where it stopped. */
export class LogFollower {
  lines = $state.raw<LogLine[]>([]);
  finding = $state.raw<Text | null>(null);
  error = $state.raw<AppError | null>(null);
  /** Nothing more will come. */
  end = $state(false);
  /** The first page has come. */
  begun = $state(false);
  dropped = $state(0);
  #token: string | null = null;
  #reading = false;

  constructor(
    readonly job: string,
    readonly attempt: number | null,
  ) {}

  async read(): Promise<void> {
    if (this.#reading || this.end) return;
    this.#reading = true;
    try {
      for (let page = 0; page < BURST && !this.end; page += 1) {
        if (!(await this.#page())) break;
      }
      this.error = null;
    } catch (thrown) {
      this.error = asAppError(thrown);
    } finally {
      this.begun = true;
      this.#reading = false;
    }
  }

  /** Reads a page; tells whether there may be another one right now. */
  async #page(): Promise<boolean> {
    const page = await host().commands.jobLogs(this.job, this.attempt, this.#token);
    if (page.lines.length > 0) {
      const all = [...this.lines, ...page.lines];
      this.dropped += Math.max(0, all.length - KEPT);
      this.lines = all.length > KEPT ? all.slice(-KEPT) : all;
    }
    this.finding = page.finding;
    // A finding without a stream ("not started yet") is the end of this page only, not of the log.
    this.end = page.end && page.finding === null;
    const moved = page.token !== null && page.token !== this.#token;
    this.#token = page.token ?? this.#token;
    return moved && page.lines.length > 0;
  }
}
