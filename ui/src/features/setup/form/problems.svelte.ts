import { SvelteMap } from "svelte/reactivity";
import type { FieldProblem } from "../../../ipc";
import { commandProblem } from "../../../lib/argv";
import { say } from "../../../lib/words";
import { homeOf } from "./paths";
import { Shown } from "./shown.svelte";

/** What is wrong with a blueprint as it is typed, each at the field that shows it. */
export class Problems {
  /** Rust's verdicts, each with the field that it was said at. */
  #found = $state.raw<{ problem: FieldProblem; told: string | undefined }[]>([]);
  /** Commands as they were typed, while they cannot be read; the blueprint has the ones before. */
  readonly unreadable = new SvelteMap<string, string>();
  /** The fields that are on the page. */
  readonly shown = new Shown();

  /** The blueprint as it is typed now, and the one that the problems are of. */
  readonly #wish: () => string;
  #judged = $state("");

  constructor(wish: () => string) {
    this.#wish = wish;
  }

  /** Another blueprint, of which nothing was said yet. */
  clear(): void {
    this.#found = [];
    this.unreadable.clear();
  }

  /** What was found in the blueprint as it was when it was asked about. */
  take(found: FieldProblem[], judged: string): void {
    this.#found = found.map((problem) => ({ problem, told: homeOf(problem.field, this.shown) }));
    this.#judged = judged;
  }

  /** How many things there are to mend. */
  get count(): number {
    return this.#found.length + this.unreadable.size;
  }

  /**
   * Each problem with the field that shows it; none where no field does. Until a change has been judged, what was said
   * at a field that went with it is said nowhere: it would move to what is around the field.
   */
  readonly #homes = $derived.by(() => {
    const judged = this.#judged === this.#wish();
    const homes = this.#found.map((one) => ({ ...one, home: homeOf(one.problem.field, this.shown) }));
    return homes.filter(({ home, told }) => judged || home === told);
  });

  /** How many there are at a field. */
  at(field: string): number {
    return this.#homes.filter(({ home }) => home === field).length + (this.unreadable.has(field) ? 1 : 0);
  }

  /** What is said at a field. */
  of(field: string): string | undefined {
    const unreadable = this.unreadable.get(field);
    if (unreadable !== undefined) return commandProblem(unreadable);
    const found = this.#homes.filter(({ home }) => home === field).map(({ problem }) => say(problem.problem));
    if (found.length === 0) return undefined;
    return found.filter((said, at) => found.indexOf(said) === at).join(" ");
  }

  /** Problems at fields that the form does not show; they need a home too. */
  get elsewhere(): FieldProblem[] {
    return this.#homes.filter(({ home }) => home === undefined).map(({ problem }) => problem);
  }
}
