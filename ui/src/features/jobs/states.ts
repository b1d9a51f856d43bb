import type { JobState, JobSummary } from "../../ipc";
import type { Tone } from "../../lib/Badge.svelte";

/** In the order in which a job goes through them. */
export const STATES: readonly JobState[] = [
  "SUBMITTED",
  "PENDING",
  "RUNNABLE",
  "STARTING",
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
];

export const TONES: Record<JobState, Tone> = {
  SUBMITTED: "waiting",
  PENDING: "waiting",
  RUNNABLE: "waiting",
  STARTING: "running",
  RUNNING: "running",
  SUCCEEDED: "ready",
  FAILED: "wrong",
};

export const ended = (state: JobState): boolean => state === "SUCCEEDED" || state === "FAILED";

/** What AWS Batch would really do. Past RUNNABLE, CancelJob answers with success and does nothing. */
export const jobCan = {
  cancel: ({ state }: JobSummary): boolean => ["SUBMITTED", "PENDING", "RUNNABLE"].includes(state),
  terminate: ({ state }: JobSummary): boolean => !ended(state),
};
