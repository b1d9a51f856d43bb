// The shapes that cross IPC. Facts, verdicts and events carry codes; `text` is the English sentence
// made in Rust, which a message file may translate by `code`. Times are milliseconds since the epoch.

export interface Text {
  code: string;
  params: Record<string, string>;
  text: string;
}
/** The only shape an error takes. Branch on `code` alone. */
export interface AppError {
  code: string;
  message: string;
  causes: string[];
  advice: string | null;
  request_id: string | null;
  fields: FieldProblem[];
}

// ---- session -----------------------------------------------------------------------------------
export type SessionKind = "practice" | "profile" | "keys";
export interface Identity {
  account: string;
  alias: string | null;
  arn: string;
}
export interface SessionView {
  kind: SessionKind;
  /** Profile or saved account name; null for practice. */
  name: string | null;
  region: string;
  /** Custom endpoint, when one is used. */
  endpoint: string | null;
  identity: Identity;
}
export interface ProfileView {
  name: string;
  region: string | null;
  kind: string; /* "keys" | "sso" | "role" | "process" */
}
/** A saved account: keys live in the OS keychain, only the last four characters of the key id are shown. */
export interface SavedAccount {
  name: string;
  key_hint: string;
  region: string;
  endpoint: string | null;
}
/** What could be used to connect on this computer. `keychain` is null when it works. */
export interface Ways {
  profiles: ProfileView[];
  accounts: SavedAccount[];
  keychain: AppError | null;
  regions: string[];
}
export interface Connect {
  kind: SessionKind;
  name: string | null;
  region: string;
  endpoint: string | null;
}
export interface PracticeSettings {
  pace: number;
}

// ---- blueprint ---------------------------------------------------------------------------------
export type Preset = "fargate";
export type ServiceRole = "service-linked" | "classic";
export type Architecture = "x86_64" | "arm64";
export type Network = { kind: "default-vpc" } | { kind: "new-vpc"; cidr: string };
export interface Logs {
  retention_days: number;
}
export interface ComputeEnvironment {
  name: string;
  kind: "fargate";
  max_vcpus: number;
}
export interface JobQueue {
  name: string;
  priority: number;
  compute_environments: string[];
}
export interface JobDefinition {
  name: string;
  image: string;
  command: string[];
  vcpu: string;
  memory_mib: number;
  architecture: Architecture;
  environment: Record<string, string>;
  attempts: number;
  timeout_seconds: number | null;
  assign_public_ip: boolean;
}
/** A blueprint: lists from the first day, even where a screen shows the first entry only. */
export interface Blueprint {
  name: string;
  service_role: ServiceRole;
  tags: Record<string, string>;
  network: Network;
  logs: Logs;
  repositories: { name: string }[];
  compute_environments: ComputeEnvironment[];
  job_queues: JobQueue[];
  job_definitions: JobDefinition[];
}
/** `field` is a path as in the TOML file: `compute_environments[0].max_vcpus`. */
export interface FieldProblem {
  field: string;
  problem: Text;
}
export interface Money {
  usd: number;
  per: "hour" | "month" | "vcpu-hour";
  note: Text | null;
}
export interface PresetCard {
  preset: Preset;
  cost: Money;
}

// ---- check, plan, run ---------------------------------------------------------------------------
export type Verdict = "ready" | "make" | "mend" | "wrong" | "warning" | "cannot-tell" | "waiting";
export type Group = "account" | "roles" | "network" | "image" | "limits" | "batch";
export interface Evidence {
  label: string;
  value: string;
}
export interface CheckItem {
  id: string; // stable, e.g. "resource:vpc/main", "network-exit", "fargate-vcpus"
  group: Group;
  subject: string; // code of what it is about: "execution-role", "compute-environment", "caller", "image", …
  name: string | null; // its name in AWS
  verdict: Verdict;
  finding: Text;
  evidence: Evidence[];
  remedy: Text | null;
}
export interface CheckReport {
  items: CheckItem[];
  to_make: number;
  to_mend: number;
  to_know: number;
  /** True when something is `wrong`: creating would fail. */
  blocked: boolean;
  checked_at: number;
}
export type Act = "keep" | "create" | "change" | "wait" | "delete" | "refuse";
export interface CallView {
  action: string;
  on: string;
}
export interface StepView {
  id: string;
  kind: string;
  name: string;
  act: Act;
  reason: Text;
  after: string[];
  calls: CallView[];
  typical_seconds: number;
}
export type RunAct = "create" | "undo" | "teardown";
export interface PlanView {
  stack: string;
  act: RunAct;
  steps: StepView[];
  /** IAM policy (JSON text) that allows exactly these steps. */
  policy: string;
  standing_cost: Money;
  running_cost: Money | null;
  /** Set when the plan must not be carried out, with the reason. */
  blocked: Text | null;
}
export type StepState = "waiting" | "running" | "done" | "failed" | "not-run";
export interface RunStep {
  step: StepView;
  state: StepState;
  started_at: number | null;
  ended_at: number | null;
  /** What it is waiting for right now. */
  waits_for: Text | null;
  failure: AppError | null;
  not_run_because: Text | null;
}
export type RunState = "running" | "stopping" | "done" | "failed" | "stopped";
export interface RunView {
  run: string;
  stack: string;
  act: RunAct;
  state: RunState;
  steps: RunStep[];
  started_at: number;
  ended_at: number | null;
  failure: AppError | null;
  done: number;
  total: number;
  seconds_left: number | null;
}
/** A run that did not end: the app was closed or killed, or it failed and nobody decided. */
export interface UnfinishedRun {
  run: string;
  stack: string;
  act: RunAct;
  started_at: number;
  made: string[];
  failure: AppError | null;
}

// ---- stacks -------------------------------------------------------------------------------------
export interface StackSummary {
  name: string;
  stack_id: string;
  health: "healthy" | "broken" | "incomplete" | "unknown";
  finding: Text;
  queues: string[];
  created_at: number | null;
  unfinished: UnfinishedRun | null;
}
export interface StackView {
  summary: StackSummary;
  blueprint: Blueprint;
  items: CheckItem[];
  console_links: Record<string, string>;
}
export interface TerraformFile {
  name: string;
  text: string;
}
export interface ExportOptions {
  provider: "5" | "6";
  imports: boolean;
}
export interface Saved {
  folder: string;
  /** Names of the files that were written, were there as they should be, and were removed. */
  written: string[];
  unchanged: string[];
  removed: string[];
}

// ---- jobs ---------------------------------------------------------------------------------------
export type JobState = "SUBMITTED" | "PENDING" | "RUNNABLE" | "STARTING" | "RUNNING" | "SUCCEEDED" | "FAILED";
export interface JobTarget {
  stack: string;
  queue: string;
  definition: string;
  defaults: JobDefinition;
}
export interface Submit {
  stack: string;
  queue: string;
  definition: string;
  name: string;
  command: string[] | null;
  environment: Record<string, string>;
  vcpu: string | null;
  memory_mib: number | null;
  array_size: number | null;
  depends_on: string[];
  attempts: number | null;
  timeout_seconds: number | null;
}
export interface Submitted {
  id: string;
  name: string;
  arn: string;
}
export interface JobSummary {
  id: string;
  name: string;
  state: JobState;
  reason: string | null;
  created_at: number;
  started_at: number | null;
  stopped_at: number | null;
  exit_code: number | null;
  array_size: number | null;
}
export interface JobList {
  counts: Record<JobState, number>;
  jobs: JobSummary[];
  total: number;
  as_of: number;
  truncated: boolean;
}
export interface JobAttempt {
  number: number;
  started_at: number | null;
  stopped_at: number | null;
  exit_code: number | null;
  reason: string | null;
  log_stream: string | null;
}
export interface JobView {
  summary: JobSummary;
  arn: string;
  queue: string;
  definition: string;
  command: string[];
  environment: Record<string, string>;
  vcpu: string | null;
  memory_mib: number | null;
  image: string | null;
  attempts: JobAttempt[];
  log_group: string | null;
  log_stream: string | null;
  depends_on: string[];
  array: { size: number; counts: Partial<Record<JobState, number>> } | null;
  timeout_seconds: number | null;
  max_attempts: number;
  /** What Batch is doing right now, in one sentence. */
  doing: Text;
  can: { cancel: boolean; terminate: boolean };
  json: string;
}
export interface LogLine {
  at: number;
  text: string;
}
export interface LogPage {
  lines: LogLine[];
  token: string | null;
  end: boolean;
  finding: Text | null;
}
/** Every AWS call made by this window, newest last; no secrets. */
export interface ActivityEntry {
  at: number;
  service: string;
  action: string;
  outcome: string;
  milliseconds: number;
  request_id: string | null;
  changes: boolean;
}

// ---- commands (each rejects with AppError) ------------------------------------------------------
export interface Channel<T> {
  onmessage: (message: T) => void;
}
export interface Commands {
  session(): Promise<SessionView | null>;
  ways(): Promise<Ways>;
  connect(how: Connect): Promise<SessionView>;
  disconnect(): Promise<void>;
  /** Opens the small window where keys are typed; resolves when it is open. */
  open_keys_window(): Promise<void>;
  forget_account(name: string): Promise<void>;
  practice_settings(): Promise<PracticeSettings>;
  set_practice_pace(pace: number): Promise<PracticeSettings>;
  reset_practice(): Promise<void>;

  presets(): Promise<PresetCard[]>;
  new_blueprint(preset: Preset, name: string): Promise<Blueprint>;
  check_blueprint(blueprint: Blueprint): Promise<FieldProblem[]>;
  blueprint_toml(blueprint: Blueprint): Promise<string>;
  read_blueprint(toml: string): Promise<Blueprint>;
  check(blueprint: Blueprint, items: Channel<CheckItem>): Promise<CheckReport>;
  plan(blueprint: Blueprint): Promise<PlanView>;
  preview_terraform(blueprint: Blueprint, options: ExportOptions): Promise<TerraformFile[]>;
  create(blueprint: Blueprint, progress: Channel<RunView>): Promise<RunView>;
  resume(stack: string, progress: Channel<RunView>): Promise<RunView>;
  undo(stack: string, progress: Channel<RunView>): Promise<RunView>;
  /** Leaves what was made as it is and closes the unfinished run. */
  keep(stack: string): Promise<void>;
  stop_run(): Promise<void>;
  unfinished(): Promise<UnfinishedRun[]>;

  stacks(): Promise<StackSummary[]>;
  stack(name: string): Promise<StackView>;
  plan_teardown(name: string): Promise<PlanView>;
  teardown(name: string, progress: Channel<RunView>): Promise<RunView>;
  terraform(name: string, options: ExportOptions): Promise<TerraformFile[]>;
  /** The folder that is offered for a stack's files. */
  terraform_folder(name: string): Promise<string>;
  /** Asks for a folder; null when the person closed the question. */
  choose_folder(): Promise<string | null>;
  /** Writes the files; `overwrite` also replaces those that somebody changed or that are not Slipway's. */
  save_terraform(name: string, options: ExportOptions, folder: string, overwrite: boolean): Promise<Saved>;

  /** Opens one of `console_links` in the browser; anything but an AWS console address over https is refused. */
  open_console(url: string): Promise<void>;

  job_targets(): Promise<JobTarget[]>;
  submit_command_line(submit: Submit): Promise<string>;
  submit(submit: Submit): Promise<Submitted>;
  jobs(queue: string, states: JobState[], search: string): Promise<JobList>;
  job(id: string): Promise<JobView>;
  job_logs(id: string, attempt: number | null, token: string | null): Promise<LogPage>;
  cancel_jobs(ids: string[], reason: string): Promise<void>;
  terminate_jobs(ids: string[], reason: string): Promise<void>;
  activity(): Promise<ActivityEntry[]>;
}
/** The small keys window may call this one command and nothing else. */
export interface KeysCommands {
  save_keys(
    name: string,
    region: string,
    endpoint: string | null,
    key_id: string,
    secret: string,
    token: string | null,
  ): Promise<void>;
}
/** Events the window hears. */
export interface Events {
  "session-changed": SessionView | null;
  "accounts-changed": null;
  activity: ActivityEntry;
}
