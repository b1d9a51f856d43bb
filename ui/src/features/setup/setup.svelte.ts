import { SvelteMap } from "svelte/reactivity";
import {
  asAppError,
  host,
  type Amendment,
  type AppError,
  type Change,
  type Blueprint,
  type CheckItem,
  type CheckReport,
  type FieldProblem,
  type Network,
  type PlanView,
  type Preset,
  type PresetCard,
  type RunView,
  type Text,
  type WayOut,
} from "../../ipc";
import { commandProblem, readCommand } from "../../lib/argv";
import { graft } from "../../lib/graft";
import { say } from "../../lib/words";
import { runs } from "../run/runs.svelte";
import { offers } from "./offers.svelte";
import { chosen, keepJobs, keepSettled } from "./form/kinds";
import { homeOf } from "./form/paths";
import { Shown } from "./form/shown.svelte";

export type Step = "choose" | "check" | "review" | "create" | "done";
export const STEPS: readonly Step[] = ["choose", "check", "review", "create", "done"];

/** The set-up task. It outlives its pages, so that nothing typed is lost by going back or elsewhere. */
class Setup {
  step = $state<Step>("choose");
  presets = $state<PresetCard[]>([]);
  /** The preset that the blueprint began with; none when it came from a stack or a file. */
  preset = $state<Preset | null>("fargate");
  blueprint = $state<Blueprint | null>(null);
  /** The blueprint as it was begun or opened, and the file it was opened from. */
  base = $state.raw<Blueprint | null>(null);
  file = $state<string | null>(null);
  /** A preset that would take the place of what a person has changed; it waits for an answer. */
  asked = $state.raw<{ preset: Preset; blueprint: Blueprint; jobs: boolean } | null>(null);
  problems = $state.raw<FieldProblem[]>([]);
  /** Commands as they were typed, while they cannot be read; the blueprint has the ones before. */
  readonly unreadable = new SvelteMap<string, string>();
  /** The fields that are on the page. */
  readonly shown = new Shown();
  error = $state<AppError | null>(null);

  items = $state<CheckItem[]>([]);
  report = $state<CheckReport | null>(null);
  checking = $state(false);
  checkError = $state<AppError | null>(null);

  /** What was done last against a finding. */
  fixed = $state.raw<Text | null>(null);

  plan = $state<PlanView | null>(null);
  /** The plan that was let loose: looked at no more, but the cost it named still holds. */
  carriedOut = $state<PlanView | null>(null);
  planError = $state<AppError | null>(null);

  /** The create that came to its end, as the last step tells of it. */
  finished = $state.raw<RunView | null>(null);

  /** What was typed for each kind of network, kept while another is tried. */
  readonly #networks: { [K in Network["kind"]]: Extract<Network, { kind: K }> } = {
    "default-vpc": { kind: "default-vpc" },
    "new-vpc": { kind: "new-vpc", cidr: "10.42.0.0/16", way_out: "public-ips" },
    "existing-vpc": { kind: "existing-vpc", vpc: "", subnets: [], security_groups: [] },
  };
  /** The blueprint that the problems are of, and the field that each was said at. */
  #judged = $state("");
  #told = new Map<FieldProblem, string | undefined>();
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
      this.presets = await host().commands.presets();
      const preset = this.presets[0]?.preset ?? "fargate";
      const fresh = await host().commands.newBlueprint(preset, await this.#freeName());
      // Another one may have been taken meanwhile.
      if (!this.blueprint) this.#begun(fresh, preset);
    } catch (thrown) {
      this.error = asAppError(thrown);
    }
  }

  /** A name that no stack of the account has: a form that begins anew changes nothing that is there. */
  async #freeName(): Promise<string> {
    // Who may not list stacks chooses a name of their own all the same.
    const stacks = await host()
      .commands.stacks()
      .catch(() => []);
    const taken = new Set(stacks.map(({ name }) => name));
    let name = "my-stack";
    for (let number = 2; taken.has(name); number++) name = `my-stack-${number}`;
    return name;
  }

  /** Rust's verdict on what was typed. */
  async validate(): Promise<boolean> {
    if (!this.blueprint) return false;
    try {
      const asked = this.wish;
      const problems = await host().commands.checkBlueprint($state.snapshot(this.blueprint));
      if (asked === this.wish) {
        this.problems = problems;
        this.#judged = asked;
        this.#told = new Map(problems.map((problem) => [problem, homeOf(problem.field, this.shown)]));
      }
      this.error = null;
      return problems.length === 0 && this.unreadable.size === 0;
    } catch (thrown) {
      this.error = asAppError(thrown);
      return false;
    }
  }

  #begun(blueprint: Blueprint, preset: Preset | null): void {
    this.blueprint = blueprint;
    this.base = structuredClone(blueprint);
    this.preset = preset;
    this.file = null;
    this.unreadable.clear();
  }

  /** Another preset. What a person has settled stays; what they have made of the compute and the jobs is asked about. */
  async choosePreset(preset: Preset): Promise<void> {
    if (preset === this.preset) return;
    try {
      const fresh = await host().commands.newBlueprint(preset, this.draft.name);
      const mine = $state.snapshot(this.draft);
      const { base } = this;
      if (base && chosen(base) === chosen(mine)) {
        this.#take(preset, keepSettled(fresh, mine));
        return;
      }
      const jobs = JSON.stringify(base?.job_definitions) !== JSON.stringify(mine.job_definitions);
      this.asked = { preset, blueprint: fresh, jobs };
    } catch (thrown) {
      this.error = asAppError(thrown);
    }
  }

  /** The answer: the preset's own job, or the person's as far as it can run there. */
  takePreset(jobs: boolean): void {
    if (!this.asked) return;
    const { preset, blueprint } = this.asked;
    const mine = $state.snapshot(this.draft);
    const settled = keepSettled(blueprint, mine);
    this.asked = null;
    this.#take(preset, jobs ? keepJobs(settled, mine) : settled, settled);
  }

  #take(preset: Preset, blueprint: Blueprint, base = blueprint): void {
    this.#begun(blueprint, preset);
    this.base = structuredClone(base);
    this.problems = [];
  }

  /** Takes a blueprint from a file that the person chooses. */
  async openFile(): Promise<void> {
    const opened = await host().commands.openBlueprint();
    if (!opened) return;
    this.#begun(opened.blueprint, null);
    this.file = opened.path;
    this.problems = [];
  }

  /** Takes a blueprint to be checked as it is. */
  take(blueprint: Blueprint): void {
    runs.clear();
    this.#begun(blueprint, null);
    this.problems = [];
    this.step = "check";
  }

  /** Writes the blueprint to a file that the person chooses; where it went, or nothing when they chose none. */
  async saveFile(): Promise<string | null> {
    const blueprint = $state.snapshot(this.draft);
    const path = await host().commands.saveBlueprint(blueprint);
    if (path === null) return null;
    this.base = blueprint;
    this.file = path;
    return path;
  }

  /** Whether there is something typed that no file and no preset has. */
  get unsaved(): boolean {
    return this.base !== null && JSON.stringify(this.base) !== this.wish;
  }

  typeCommand(at: number, line: string): void {
    const definition = this.draft.job_definitions[at];
    const path = `job_definitions[${at}].command`;
    const { words } = readCommand(line);
    if (!words) this.unreadable.set(path, line);
    else {
      this.unreadable.delete(path);
      if (definition) definition.command = words;
    }
  }

  /** A definition goes, and the places of those behind it change. */
  forgetCommands(): void {
    this.unreadable.clear();
  }

  /** The blueprint as it was written elsewhere; a command written there takes the place of one that cannot be read. */
  replace(blueprint: Blueprint): void {
    const command = (of: Blueprint | null, at: number) => JSON.stringify(of?.job_definitions[at]?.command);
    for (
      let at = 0;
      at < Math.max(blueprint.job_definitions.length, this.draft.job_definitions.length);
      at++
    ) {
      if (command(blueprint, at) !== command(this.blueprint, at)) {
        this.unreadable.delete(`job_definitions[${at}].command`);
      }
    }
    graft(this.draft, blueprint);
  }

  /** How many things there are to mend. */
  get wrong(): number {
    return this.problems.length + this.unreadable.size;
  }

  /**
   * Each problem with the field that shows it; none where no field does. Until a change has been judged, what was said
   * at a field that went with it is said nowhere: it would move to what is around the field.
   */
  readonly #homes = $derived.by(() => {
    const judged = this.#judged === this.wish;
    const homes = this.problems.map((problem) => ({ problem, home: homeOf(problem.field, this.shown) }));
    return homes.filter(({ problem, home }) => judged || home === this.#told.get(problem));
  });

  problemsAt(field: string): number {
    return this.#homes.filter(({ home }) => home === field).length + (this.unreadable.has(field) ? 1 : 0);
  }

  problemOf(field: string): string | undefined {
    const unreadable = this.unreadable.get(field);
    if (unreadable !== undefined) return commandProblem(unreadable);
    const found = this.#homes.filter(({ home }) => home === field);
    if (found.length === 0) return undefined;
    return [...new Set(found.map(({ problem }) => say(problem.problem)))].join(" ");
  }

  /** Problems at fields that the form does not show; they need a home too. */
  get elsewhere(): FieldProblem[] {
    return this.#homes.filter(({ home }) => home === undefined).map(({ problem }) => problem);
  }

  async check(again = false): Promise<void> {
    if (!this.blueprint || this.checking) return;
    const asked = this.wish;
    if (!again && this.#checked === asked && this.report) return;
    this.checking = true;
    this.checkError = null;
    this.report = null;
    this.items = [];
    if (this.#checked !== asked && this.#checked !== "" && !again) this.fixed = null;
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

  /** What helps against a finding is put into the blueprint, and everything is looked at again. */
  async amend(amendments: Amendment[], says: Text): Promise<void> {
    try {
      if (amendments.length > 0) {
        this.replace(await host().commands.amend($state.snapshot(this.draft), amendments));
      }
      this.fixed = says;
      await this.check(true);
    } catch (thrown) {
      this.checkError = asAppError(thrown);
    }
  }

  /** A person has said yes to these changes of what others made; what goes with them in the blueprint follows. */
  async mend(changes: Change[], amendments: Amendment[], says: Text): Promise<void> {
    await host().commands.mend(changes);
    void this.amend(amendments, says);
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

  create(despite = false): void {
    if (!this.blueprint) return;
    this.step = "create";
    this.report = null;
    this.carriedOut = this.plan;
    this.plan = null;
    void runs.create($state.snapshot(this.blueprint), despite);
  }

  /** Another kind of network, as it was typed before. */
  turnNetwork(kind: Network["kind"]): void {
    const now = $state.snapshot(this.draft.network);
    Object.assign(this.#networks, { [now.kind]: now });
    this.draft.network = structuredClone(this.#networks[kind]);
    this.#askForAddresses();
  }

  turnWayOut(way: WayOut): void {
    if (this.draft.network.kind !== "new-vpc") return;
    this.draft.network.way_out = way;
    this.#askForAddresses();
  }

  /** Jobs on Fargate ask for a public address themselves: where there is no other way out, and not where it is idle. */
  #askForAddresses(): void {
    const { network, job_definitions } = this.draft;
    if (network.kind === "existing-vpc") return;
    const needed = network.kind === "default-vpc" || network.way_out === "public-ips";
    for (const definition of job_definitions) {
      if (definition.platform === "fargate") definition.assign_public_ip = needed;
    }
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
    offers.forget();
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
    this.unreadable.clear();
    this.report = null;
    this.plan = null;
    this.items = [];
    this.step = "choose";
    await this.begin();
  }

  /** Sets up an existing stack once more: only what is missing is made. */
  again(blueprint: Blueprint, step: "choose" | "check" = "check"): void {
    runs.clear();
    this.#begun(blueprint, null);
    this.problems = [];
    this.report = null;
    this.plan = null;
    this.step = step;
  }
}

export const setup = new Setup();
