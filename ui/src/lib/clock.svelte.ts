import { createSubscriber } from "svelte/reactivity";

/** A clock that ticks only while something on screen reads it. */
class Clock {
  #subscribe: () => void;
  constructor(every: number) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, every);
      return () => clearInterval(timer);
    });
  }
  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

/** For elapsed seconds. */
export const clock = new Clock(1000);
/** For a running step. */
export const fastClock = new Clock(200);
