/** What Fargate offers: memory (MiB) for each number of vCPUs, from the AWS Batch API reference. */
const steps = (from: number, to: number, by: number): number[] =>
  Array.from({ length: (to - from) / by + 1 }, (_, at) => from + at * by);

export const FARGATE: Readonly<Record<string, readonly number[]>> = {
  "0.25": [512, 1024, 2048],
  "0.5": steps(1024, 4096, 1024),
  "1": steps(2048, 8192, 1024),
  "2": steps(4096, 16_384, 1024),
  "4": steps(8192, 30_720, 1024),
  "8": steps(16_384, 61_440, 4096),
  "16": steps(32_768, 122_880, 8192),
  "32": [61_440, 122_880, 249_856],
};

/** In the order of their size; an object would put the whole numbers first. */
export const VCPUS: readonly string[] = ["0.25", "0.5", "1", "2", "4", "8", "16", "32"];

/** The memory to take when the vCPUs change: what was there if it fits, else the nearest that does. */
export function fittingMemory(vcpu: string, wanted: number): number {
  const offered = FARGATE[vcpu] ?? [];
  const near = (memory: number) => Math.abs(memory - wanted);
  return offered.reduce((best, memory) => (near(memory) < near(best) ? memory : best), offered[0] ?? wanted);
}
