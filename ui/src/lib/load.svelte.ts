import { asAppError, type AppError } from "../ipc";

/** A read and what came of it. A new read keeps the old value on screen until its own has come. */
export class Load<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<AppError | null>(null);
  busy = $state(false);
  /** When the value was read. */
  at = $state(0);
  #turn = 0;

  async read(ask: () => Promise<T>): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const value = await ask();
      if (turn !== this.#turn) return;
      this.value = value;
      this.error = null;
      this.at = Date.now();
    } catch (thrown) {
      if (turn === this.#turn) this.error = asAppError(thrown);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }
}
