import type { JobView } from "../../ipc";

/** One stretch of a job's life. `to` is null while it lasts. */
export interface Stretch {
  kind: "wait" | "run" | "failed" | "succeeded";
  from: number;
  to: number | null;
  /** Which attempt, from the first start on. */
  attempt: number | null;
  exit: number | null;
}

/** A job's life as stretches that follow each other: waited, ran, waited again, ran again. */
export function stretches(job: JobView): Stretch[] {
  const { summary, attempts } = job;
  const tries =
    attempts.length > 0
      ? attempts
      : summary.started_at === null
        ? []
        : [
            {
              number: 1,
              started_at: summary.started_at,
              stopped_at: summary.stopped_at,
              exit_code: summary.exit_code,
            },
          ];
  const life: Stretch[] = [];
  let since = summary.created_at;
  for (const attempt of tries) {
    if (attempt.started_at === null) continue;
    life.push({ kind: "wait", from: since, to: attempt.started_at, attempt: null, exit: null });
    const last = attempt === tries.at(-1);
    const succeeded = last && summary.state === "SUCCEEDED";
    life.push({
      kind: attempt.stopped_at === null ? "run" : succeeded ? "succeeded" : "failed",
      from: attempt.started_at,
      to: attempt.stopped_at,
      attempt: attempt.number,
      exit: attempt.exit_code,
    });
    since = attempt.stopped_at ?? attempt.started_at;
  }
  const over = summary.state === "SUCCEEDED" || summary.state === "FAILED";
  const waits = life.at(-1)?.to !== null && !over;
  const neverRan = life.length === 0 && over;
  if (waits || neverRan) {
    life.push({
      kind: "wait",
      from: since,
      to: neverRan ? (summary.stopped_at ?? since) : null,
      attempt: null,
      exit: null,
    });
  }
  return life;
}
