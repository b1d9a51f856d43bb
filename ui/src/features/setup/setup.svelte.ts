import {
  asAppError,
  host,
  type AppError,
  type Blueprint,
  type CheckItem,
  type CheckReport,
  type FieldProblem,
  type PlanView,
  type Preset,
  type PresetCard,
  type RunView,
} from "../../ipc";
import { commandProblem, readCommand } from "../../lib/argv";
import { within } from "../../lib/within";
import { say } from "../../lib/words";
import { runs } from "../run/runs.svelte";
import { fields } from "./fields";

export type Step = "choose" | "check" | "review" | "create" | "done";
export const STEPS: readonly Step[] = ["choose", "check", "review", "create", "done"];

/** The presets that the form has fields for; the command line has them all. */
const FORMS: readonly Preset[] = ["fargate"];

/** The set-up task. It outlives its pages, so that nothing typed is lost by going back or elsewhere. */
class Setup {
  step = $state<Step>("choose");
  presets = $state<PresetCard[]>([]);
  preset = $state<Preset>("fargate");
  blueprint = $state<Blueprint | null>(null);
  problems = $state<FieldProblem[]>([]);
  /** The command as it was typed, while it cannot be read; the blueprint has the one before. */
  unreadable = $state<string | null>(null);
  error = $state<AppError | null>(null);

  items = $state<CheckItem[]>([]);
  report = $state<CheckReport | null>(null);
  checking = $state(false);
  checkError = $state<AppError | null>(null);

  plan = $state<PlanView | null>(null);
  planError = $state<AppError | null>(null);

  /** The create that came to its end, as the last step tells of it. */
  finished = $state.raw<RunView | null>(null);

  /** The range of a new VPC, kept while the default one is tried. */
  #cidr = "10.42.0.0/16";
  #checked = "";
  #planned = "";

  /** The blueprint, for the screens that are only shown when there is one. */
  get draft(): Blueprint {
    if (!this.blueprint) throw new Error("No blueprint has been begun.");
    return this.blueprint;
  }

  /** The blueprint as a value that tells whether it changed. */
  get wish(): string {
    return JSON.stringify(this.blueprint);
  }

  async begin(): Promise<void> {
    // The run that was shown has given way to another task, so there is nothing to wait for.
    if (this.step === "create" && (runs.task?.act ?? "teardown") === "teardown") this.step = "choose";
    if (this.blueprint) return;
    this.error = null;
    try {
      const presets = await host().commands.presets();
      this.presets = presets.filter(({ preset }) => FORMS.includes(preset));
      this.preset = this.presets[0]?.preset ?? this.preset;
      this.blueprint = await host().commands.newBlueprint(this.preset, "my-stack");
    } catch (thrown) {
      this.error = asAppError(thrown);
    }
  }

  /** Rust's verdict on what was typed. */
  async validate(): Promise<boolean> {
    if (!this.blueprint) return false;
    try {
      const asked = this.wish;
      const problems = await host().commands.checkBlueprint($state.snapshot(this.blueprint));
      if (asked === this.wish) this.problems = problems;
      this.error = null;
      return problems.length === 0 && this.unreadable === null;
    } catch (thrown) {
      this.error = asAppError(thrown);
      return false;
    }
  }

  typeCommand(line: string): void {
    const definition = this.draft.job_definitions[0];
    const { words } = readCommand(line);
    this.unreadable = words ? null : line;
    if (words && definition) definition.command = words;
  }

  /** The blueprint as it was written elsewhere; a command written there takes the place of one that cannot be read. */
  replace(blueprint: Blueprint): void {
    const command = (of: Blueprint | null) => JSON.stringify(of?.job_definitions[0]?.command);
    if (command(blueprint) !== command(this.blueprint)) this.unreadable = null;
    this.blueprint = blueprint;
  }

  /** How many things there are to mend. */
  get wrong(): number {
    return this.problems.length + (this.unreadable === null ? 0 : 1);
  }

  problemOf(field: string): string | undefined {
    if (field === fields.command && this.unreadable !== null) return commandProblem(this.unreadable);
    const found = this.problems.filter((problem) => within(problem.field, field));
    return found.length > 0 ? found.map(({ problem }) => say(problem)).join(" ") : undefined;
  }

  /** Problems at fields that the form does not show; they need a home too. */
  elsewhere(shown: readonly string[]): FieldProblem[] {
    return this.problems.filter(({ field }) => !shown.some((path) => within(field, path)));
  }

  async check(again = false): Promise<void> {
    if (!this.blueprint || this.checking) return;
    const asked = this.wish;
    if (!again && this.#checked === asked && this.report) return;
    this.checking = true;
    this.checkError = null;
    this.report = null;
    this.items = [];
    try {
      const report = await host().commands.check(
        $state.snapshot(this.blueprint),
        host().channel((item) => this.#arrived(item)),
      );
      this.items = report.items;
      this.report = report;
      this.#checked = asked;
    } catch (thrown) {
      this.checkError = asAppError(thrown);
    } finally {
      this.checking = false;
    }
  }

  #arrived(item: CheckItem): void {
    const at = this.items.findIndex(({ id }) => id === item.id);
    if (at < 0) this.items.push(item);
    else this.items[at] = item;
  }

  async look(): Promise<void> {
    if (!this.blueprint || (this.plan && this.#planned === this.wish)) return;
    const asked = this.wish;
    this.plan = null;
    this.planError = null;
    try {
      const plan = await host().commands.plan($state.snapshot(this.blueprint));
      this.plan = plan;
      this.#planned = asked;
    } catch (thrown) {
      this.planError = asAppError(thrown);
    }
  }

  create(): void {
    if (!this.blueprint) return;
    this.step = "create";
    this.report = null;
    this.plan = null;
    void runs.create($state.snapshot(this.blueprint));
  }

  /** Turns between the default VPC and one of the stack's own. */
  newVpc(wanted: boolean): void {
    const { network } = this.draft;
    if (network.kind === "new-vpc") this.#cidr = network.cidr;
    this.draft.network = wanted ? { kind: "new-vpc", cidr: this.#cidr } : { kind: "default-vpc" };
  }

  /** How far a person can go by clicking the steps: back always, forward only where it makes sense. */
  reachable(step: Step): boolean {
    if (runs.busy) return false;
    const [to, here] = [STEPS.indexOf(step), STEPS.indexOf(this.step)];
    return to < here && !(this.step === "done");
  }

  /** A create came to its end. */
  finish(run: RunView): void {
    this.finished = run;
    if (this.step === "create") this.step = "done";
  }

  /** The account changes: what was found out is found out anew when it is next looked at. */
  doubt(): void {
    this.#checked = "";
    this.#planned = "";
  }

  /** A stack is being removed: nothing that was said of it holds any more, and only what was typed stays. */
  leave(stack: string): void {
    const about = this.step === "done" ? this.finished?.stack : this.blueprint?.name;
    if (this.step === "create" || about === stack) this.startAgain();
  }

  /** The first step, with everything as it was typed. */
  startAgain(): void {
    this.finished = null;
    this.step = "choose";
  }

  /** Another account: the blueprint stays, what was found out for it does not. */
  forget(): void {
    this.report = null;
    this.items = [];
    this.checkError = null;
    this.plan = null;
    this.planError = null;
    this.finished = null;
    if (!runs.busy || this.step === "done") this.step = "choose";
  }

  /** Another stack: a fresh blueprint, the first step. */
  async startOver(): Promise<void> {
    runs.clear();
    this.blueprint = null;
    this.problems = [];
    this.unreadable = null;
    this.report = null;
    this.plan = null;
    this.items = [];
    this.step = "choose";
    await this.begin();
  }

  /** Sets up an existing stack once more: only what is missing is made. */
  again(blueprint: Blueprint): void {
    runs.clear();
    this.blueprint = blueprint;
    this.problems = [];
    this.unreadable = null;
    this.report = null;
    this.plan = null;
    this.step = "check";
  }
}

export const setup = new Setup();
