import type { RunStep } from "../../ipc";

/** Whether a step waits for somebody's jobs, which take what they take. */
export const waitsForJobs = (step: RunStep): boolean => step.waits_for?.code === "waits-drain";
