import type { Submit } from "../contract";

const quote = (text: string) => (/^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The AWS CLI call that does what a submit does. */
export function commandLine(submit: Submit): string {
  const overrides: Record<string, unknown> = {};
  if (submit.command) overrides.command = submit.command;
  const environment = Object.entries(submit.environment).map(([name, value]) => ({ name, value }));
  if (environment.length > 0) overrides.environment = environment;
  const sizes = [
    ...(submit.vcpu ? [{ type: "VCPU", value: submit.vcpu }] : []),
    ...(submit.memory_mib ? [{ type: "MEMORY", value: String(submit.memory_mib) }] : []),
  ];
  if (sizes.length > 0) overrides.resourceRequirements = sizes;
  const parts = [
    "aws batch submit-job",
    `--job-name ${quote(submit.name)}`,
    `--job-queue ${quote(submit.queue)}`,
    `--job-definition ${quote(submit.definition)}`,
    ...(submit.share === null ? [] : [`--share-identifier ${quote(submit.share)}`]),
    ...(submit.scheduling_priority === null
      ? []
      : [`--scheduling-priority-override ${submit.scheduling_priority}`]),
    ...(submit.array_size ? [`--array-properties size=${submit.array_size}`] : []),
    ...(submit.depends_on.length > 0
      ? [`--depends-on ${submit.depends_on.map((id) => `jobId=${id}`).join(" ")}`]
      : []),
    ...(submit.attempts ? [`--retry-strategy attempts=${submit.attempts}`] : []),
    ...(submit.timeout_seconds ? [`--timeout attemptDurationSeconds=${submit.timeout_seconds}`] : []),
    ...(Object.keys(overrides).length > 0
      ? [`--container-overrides ${quote(JSON.stringify(overrides))}`]
      : []),
  ];
  return parts.join(" \\\n  ");
}
