// What crosses IPC, as Rust has written it down in `bindings.ts`. Facts, verdicts and events carry codes; `text` is
// the English sentence made in Rust, which a message file may translate by `code`. Times are milliseconds since the
// epoch.
import type * as rust from "./bindings";

/** As Rust sends it. What a TOML file may leave out is optional to the bindings, and is always there over IPC. */
type Whole<T> = T extends (infer U)[] ? Whole<U>[] : T extends object ? { [K in keyof T]-?: Whole<T[K]> } : T;

export type Blueprint = Whole<rust.Blueprint>;
export type JobDefinition = Whole<rust.JobDefinition>;
export type ComputeEnvironment = Whole<rust.ComputeEnvironment>;
export type Instances = Whole<rust.Instances>;
export type JobQueue = Whole<rust.JobQueue>;
export type SchedulingPolicy = Whole<rust.SchedulingPolicy>;
export type Volume = Whole<rust.Volume>;
export type Access = Whole<rust.Access>;
export type Network = Whole<rust.Network>;
export type JobTarget = Whole<rust.JobTarget>;
export type StackView = Whole<rust.StackView>;
export type OpenedBlueprint = Whole<rust.OpenedBlueprint>;
export type BegunLesson = Whole<rust.BegunLesson>;
export type {
  AccessMode,
  Amendment,
  Act,
  ActivityEntry,
  ActivityFilter,
  AllocationStrategy,
  AppError,
  Busy,
  Change,
  CheckItem,
  CheckReport,
  Handout,
  CheckVerdict as Verdict,
  ComputeKind,
  Connect,
  Cure,
  Difference,
  DrawnWay,
  Evidence,
  Exit,
  FairShare,
  FieldProblem,
  Fix,
  Group,
  Held,
  HopKind,
  HopState,
  Hourly,
  InstancePrice,
  InstanceType,
  JobArray,
  JobAttempt,
  JobList,
  JobState,
  JobSummary,
  JobView,
  LessonView,
  LogLine,
  LogPage,
  Money,
  Note,
  NetworkPicture,
  Options as ExportOptions,
  PlanView,
  Platform,
  PracticeSettings,
  Preset,
  PresetCard,
  QuotaRequest,
  QuotaView,
  PriceSource,
  RolePart,
  RunAct,
  RunState,
  RunStep,
  RunView,
  Runner,
  Saved,
  SavedAccount,
  Service,
  SessionView,
  SpotHistory,
  StackQueue,
  StackSummary,
  StepState,
  StepView,
  SubnetDrawn,
  SubnetOffer,
  Submit,
  Submitted,
  TerraformFile,
  Text,
  Thing,
  Topic,
  UnfinishedRun,
  VpcOffer,
  WayOut,
  WayOutCard,
  WayState,
  Ways,
} from "./bindings";

/** What a command streams into while it works. */
export interface Channel<T> {
  onmessage: (message: T) => void;
}

/** A value as the screens see it. */
type Shown<T> = T extends rust.Blueprint
  ? Blueprint
  : T extends rust.StackView
    ? StackView
    : T extends rust.OpenedBlueprint
      ? OpenedBlueprint
      : T extends rust.BegunLesson
        ? BegunLesson
        : T extends rust.Access[]
          ? Access[]
          : T extends rust.JobTarget[]
            ? JobTarget[]
            : T extends { onmessage: (message: infer M) => void }
              ? Channel<M>
              : T;
type ShownAll<T extends unknown[]> = { [K in keyof T]: Shown<T[K]> };
/** Rust's nothing comes as `null`, and nobody looks at it. */
type Answer<T> = [T] extends [null] ? unknown : Shown<T>;

type Generated = typeof rust.commands;
type Command<F extends (...values: never[]) => Promise<unknown>> = (
  ...values: ShownAll<Parameters<F>>
) => Promise<Answer<Awaited<ReturnType<F>>>>;

/** What the main window may call. Each rejects with an `AppError`. */
export type Commands = { [K in Exclude<keyof Generated, "saveKeys">]: Command<Generated[K]> };

/** The small keys window may call this one command and nothing else. */
export type KeysCommands = { saveKeys: Command<Generated["saveKeys"]> };

/** Events the window hears. */
export interface Events {
  "session-changed": rust.SessionView | null;
  "accounts-changed": null;
  activity: rust.ActivityEntry;
}
