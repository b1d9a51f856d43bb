import { getContext, setContext, untrack } from "svelte";
import * as messages from "../../../paraglide/messages";
import { drafting } from "../drafting.svelte";
import { namesOf } from "./paths";
import { Shown } from "./shown.svelte";

const FOLD = Symbol("fold");
const texts = messages as unknown as Record<string, (() => string) | undefined>;

/** What the message file calls a field: by as much of its path as it takes, at least by its last name. */
function keyOf(path: string): string | undefined {
  const names = namesOf(path);
  return names.map((_, at) => `field_${names.slice(at).join("_")}`).find((key) => texts[key]);
}

export const labelOf = (path: string): string => texts[keyOf(path) ?? ""]?.() ?? path;
export const hintOf = (path: string): string | undefined => texts[`${keyOf(path)}_hint`]?.();

/** Says that these fields are on the page, to whoever asks where a problem belongs and to every fold around them. */
export function shows(paths: () => readonly string[]): void {
  const fold = getContext<Fold | undefined>(FOLD);
  $effect(() => {
    const now = paths();
    return untrack(() => {
      const stops = [drafting.problems.shown.add(now)];
      for (let around = fold; around; around = around.around) stops.push(around.shown.add(now));
      return () => untrack(() => stops.forEach((stop) => stop()));
    });
  });
}

/** What knows of the fields inside it how many are wrong. */
export interface Fold {
  shown: Shown;
  around: Fold | undefined;
}

export function fold(): Shown {
  const shown = new Shown();
  setContext<Fold>(FOLD, { shown, around: getContext<Fold | undefined>(FOLD) });
  return shown;
}
