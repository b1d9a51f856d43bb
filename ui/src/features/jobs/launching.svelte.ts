import type { FairShare, FieldProblem, JobTarget, JobView, Submit } from "../../ipc";
import { joinCommand, readCommand } from "../../lib/argv";
import { say } from "../../lib/words";
import { within } from "../../lib/within";

/** What somebody typed into the launch form. Empty means: as in the job definition. */
export interface Draft {
  name: string;
  command: string;
  environment: Record<string, string>;
  vcpu: string;
  memory_mib: number | null;
  array_size: number | null;
  depends_on: string;
  attempts: number | null;
  timeout_seconds: number | null;
  share: string;
  scheduling_priority: number | null;
}

const empty = (): Draft => ({
  name: "",
  command: "",
  environment: {},
  vcpu: "",
  memory_mib: null,
  array_size: null,
  depends_on: "",
  attempts: null,
  timeout_seconds: null,
  share: "",
  scheduling_priority: null,
});

/** What is in a field for a number; nothing where it is empty. */
export const typedNumber = ({ currentTarget: input }: { currentTarget: HTMLInputElement }): number | null =>
  input.value === "" ? null : input.valueAsNumber;

/**
 * A draft as the call that AWS Batch gets: only what differs from the definition is overridden. There is none while
 * the command cannot be read, since any other words would be another command.
 */
export function submitOf(target: JobTarget, draft: Draft): Submit | null {
  const command = readCommand(draft.command);
  if (command.fault) return null;
  const fair = target.fair_share;
  return {
    stack: target.stack,
    queue: target.queue,
    definition: target.definition,
    name: draft.name.trim(),
    command: command.words.length > 0 ? command.words : null,
    environment: { ...draft.environment },
    vcpu: draft.vcpu || null,
    memory_mib: draft.memory_mib,
    array_size: draft.array_size,
    depends_on: draft.depends_on.split(/[\s,]+/).filter(Boolean),
    attempts: draft.attempts,
    timeout_seconds: draft.timeout_seconds,
    // A queue without a policy wants to hear of neither.
    share: (fair && draft.share.trim()) || null,
    scheduling_priority: fair ? (draft.scheduling_priority ?? fair.priority) : null,
  };
}

/** Which fields of a draft break a rule that AWS Batch would refuse; Rust has the last word. */
export function faults(
  draft: Draft,
  fair: FairShare | null,
): Partial<
  Record<
    keyof Draft,
    "name" | "command" | "array" | "depends" | "attempts" | "timeout" | "share" | "priority"
  >
> {
  const found: ReturnType<typeof faults> = {};
  if (!/^[A-Za-z0-9][\w-]{0,127}$/.test(draft.name.trim())) found.name = "name";
  if (readCommand(draft.command).fault) found.command = "command";
  const outside = (value: number | null, least: number, most: number) =>
    value !== null && (!Number.isInteger(value) || value < least || value > most);
  if (outside(draft.array_size, 2, 10_000)) found.array_size = "array";
  if (outside(draft.attempts, 1, 10)) found.attempts = "attempts";
  if (outside(draft.timeout_seconds, 60, 2_147_483_647)) found.timeout_seconds = "timeout";
  if (fair && !/^(?=.{1,255}$)[A-Za-z0-9]+\*?$/.test(draft.share.trim())) found.share = "share";
  if (fair && outside(draft.scheduling_priority, 0, 9999)) found.scheduling_priority = "priority";
  if (draft.depends_on.split(/[\s,]+/).filter(Boolean).length > 20) found.depends_on = "depends";
  return found;
}

const FIELDS = Object.keys(empty()) as (keyof Draft)[];
const fieldOf = ({ field }: FieldProblem) => FIELDS.find((known) => within(field, known));

/** What is to be said at a field of the form. */
export function objections(problems: readonly FieldProblem[], at: keyof Draft): string | undefined {
  const here = problems.filter((problem) => fieldOf(problem) === at);
  return here.length > 0 ? here.map(({ problem }) => say(problem)).join(" ") : undefined;
}

/** Those that the form has no field for. */
export const homeless = (problems: readonly FieldProblem[]): FieldProblem[] =>
  problems.filter((problem) => !fieldOf(problem));

/** Those whose field nobody has changed since the draft was refused. */
export function stillWrong(problems: readonly FieldProblem[], refused: Draft, now: Draft): FieldProblem[] {
  const same = (field: keyof Draft) => JSON.stringify(refused[field]) === JSON.stringify(now[field]);
  return problems.filter((problem) => {
    const field = fieldOf(problem);
    return !field || same(field);
  });
}

type Place = Pick<JobTarget, "stack" | "queue" | "definition">;

/** The target that agrees most with what is wanted: its stack above all, then its queue, then its definition. */
export function nearest(targets: readonly JobTarget[], wanted: Partial<Place>): JobTarget | undefined {
  const agrees = (target: JobTarget) =>
    (target.stack === wanted.stack ? 4 : 0) +
    (target.queue === wanted.queue ? 2 : 0) +
    (target.definition === wanted.definition ? 1 : 0);
  return targets.reduce<JobTarget | undefined>(
    (best, target) => (best && agrees(best) >= agrees(target) ? best : target),
    undefined,
  );
}

/** The launch form; it outlives its page, so that nothing typed is lost. */
class Launching {
  stack = $state("");
  queue = $state("");
  definition = $state("");
  draft = $state<Draft>(empty());

  /** Turns to a target, and keeps what was typed. */
  turn({ stack, queue, definition }: Place): void {
    Object.assign(this, { stack, queue, definition });
  }

  /** Turns to another stack: a first name is proposed, and everything else left to the definition. */
  begin(target: JobTarget): void {
    const kept = this.draft.name !== "" && (this.stack === target.stack || this.stack === "");
    this.turn(target);
    if (!kept) this.draft = { ...empty(), name: `${target.stack}-job` };
  }

  /** The same job once more, to change and launch. */
  again(job: JobView): void {
    this.draft = {
      ...empty(),
      name: job.summary.name,
      command: joinCommand(job.command),
      environment: { ...job.environment },
      vcpu: job.vcpu ?? "",
      memory_mib: job.memory_mib,
      array_size: job.array?.size ?? null,
      timeout_seconds: job.timeout_seconds,
      attempts: job.max_attempts,
      share: job.share ?? "",
      scheduling_priority: job.scheduling_priority,
    };
    this.turn({ stack: "", queue: job.queue, definition: job.definition.replace(/:\d+$/, "") });
  }

  /** Which of the targets is meant: on the stack named, else where the form stands, else the first. */
  pick(targets: readonly JobTarget[], stack: string): JobTarget | undefined {
    const { queue, definition } = this;
    return nearest(targets, { stack: stack || this.stack, queue, definition });
  }

  /** The target that the form stands on. */
  on(targets: readonly JobTarget[]): JobTarget | undefined {
    return targets.find(
      ({ stack, queue, definition }) =>
        stack === this.stack && queue === this.queue && definition === this.definition,
    );
  }
}

export const launching = new Launching();
