type Holder = Record<string, unknown>;

const holds = (value: unknown): value is Holder => typeof value === "object" && value !== null;
const shape = (value: Holder) => JSON.stringify(Array.isArray(value) ? "list" : Object.keys(value));

/**
 * Makes one value like another and keeps what is of the same shape, so that what is drawn from it stays where it is:
 * open folds, the place that was scrolled to.
 */
export function graft(into: object, from: object): void {
  const [old, fresh] = [into as Holder, from as Holder];
  if (Array.isArray(into) && Array.isArray(from)) into.length = Math.min(into.length, from.length);
  for (const [key, value] of Object.entries(fresh)) {
    const there = old[key];
    if (holds(there) && holds(value) && shape(there) === shape(value)) graft(there, value);
    else if (there !== value) old[key] = value;
  }
}
