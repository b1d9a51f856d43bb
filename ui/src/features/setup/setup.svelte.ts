import {
  asAppError,
  host,
  type AppError,
  type Blueprint,
  type CheckReport,
  type PlanView,
  type RunView,
} from "../../ipc";
import { runs } from "../run/runs.svelte";
import { drafting } from "./drafting.svelte";
import { findings } from "./findings.svelte";
import { offers } from "./offers.svelte";

export type Step = "choose" | "check" | "review" | "create" | "done";
export const STEPS: readonly Step[] = ["choose", "check", "review", "create", "done"];

/** The set-up task. It outlives its pages, so that nothing typed is lost by going back or elsewhere. */
class Setup {
  step = $state<Step>("choose");

  plan = $state<PlanView | null>(null);
  /** The plan that was let loose: looked at no more, but the cost it named still holds. */
  carriedOut = $state<PlanView | null>(null);
  planError = $state<AppError | null>(null);
  /** The blueprint that the plan is of, and what the check had found: what was mended since makes another plan. */
  #planned = "";
  #found: CheckReport | null = null;

  /** The create that came to its end, as the last step tells of it. */
  finished = $state.raw<RunView | null>(null);

  async begin(): Promise<void> {
    // The run that was shown has given way to another task, so there is nothing to wait for.
    if (this.step === "create" && (runs.task?.act ?? "teardown") === "teardown") this.step = "choose";
    await drafting.begin();
  }

  async look(): Promise<void> {
    if (!drafting.blueprint) return;
    if (this.plan && this.#planned === drafting.wish && this.#found === findings.report) return;
    const [asked, found] = [drafting.wish, findings.report];
    this.plan = null;
    this.planError = null;
    try {
      const plan = await host().commands.plan($state.snapshot(drafting.blueprint));
      this.plan = plan;
      this.#planned = asked;
      this.#found = found;
    } catch (thrown) {
      this.planError = asAppError(thrown);
    }
  }

  create(despite = false): void {
    if (!drafting.blueprint) return;
    this.step = "create";
    findings.clear();
    this.carriedOut = this.plan;
    this.plan = null;
    void runs.create($state.snapshot(drafting.blueprint), despite);
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
    findings.doubt();
    this.#planned = "";
  }

  /** A stack is being removed: nothing that was said of it holds any more, and only what was typed stays. */
  leave(stack: string): void {
    const about = this.step === "done" ? this.finished?.stack : drafting.blueprint?.name;
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
    findings.clear();
    this.plan = null;
    this.planError = null;
    this.finished = null;
    if (!runs.busy || this.step === "done") this.step = "choose";
  }

  /** Another stack: a fresh blueprint, the first step. */
  async startOver(): Promise<void> {
    runs.clear();
    drafting.clear();
    findings.clear();
    this.plan = null;
    this.step = "choose";
    await this.begin();
  }

  /** Goes on with a blueprint that is there: only what is missing of it is made. */
  again(blueprint: Blueprint, step: "choose" | "check" = "check"): void {
    runs.clear();
    drafting.take(blueprint, null);
    findings.clear();
    this.plan = null;
    this.step = step;
  }
}

export const setup = new Setup();
