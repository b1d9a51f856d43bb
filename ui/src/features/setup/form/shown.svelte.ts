import { SvelteMap } from "svelte/reactivity";

/** The paths of the fields that are on the page now. The same may be shown twice. */
export class Shown {
  readonly #counts = new SvelteMap<string, number>();

  /** Adds paths until the function that it gives is called. */
  add(paths: readonly string[]): () => void {
    this.#count(paths, 1);
    return () => this.#count(paths, -1);
  }

  has(path: string): boolean {
    return this.#counts.has(path);
  }

  get paths(): string[] {
    return [...this.#counts.keys()];
  }

  #count(paths: readonly string[], by: 1 | -1): void {
    for (const path of paths) {
      const count = (this.#counts.get(path) ?? 0) + by;
      if (count > 0) this.#counts.set(path, count);
      else this.#counts.delete(path);
    }
  }
}
