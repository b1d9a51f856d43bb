import {
  asAppError,
  host,
  type AppError,
  type Blueprint,
  type Network,
  type Preset,
  type PresetCard,
  type WayOut,
} from "../../ipc";
import { readCommand } from "../../lib/argv";
import { graft } from "../../lib/graft";
import { chosen, keepJobs, keepSettled } from "./form/kinds";
import { Problems } from "./form/problems.svelte";

/** The blueprint as a person writes it: from a preset, a file or a stack, in the form or as text. */
class Drafting {
  presets = $state<PresetCard[]>([]);
  /** The preset that the blueprint began with; none when it came from a stack or a file. */
  preset = $state<Preset | null>("fargate");
  blueprint = $state<Blueprint | null>(null);
  /** The blueprint as it was begun or opened, and the file it was opened from. */
  base = $state.raw<Blueprint | null>(null);
  file = $state<string | null>(null);
  /** A preset that would take the place of what a person has changed; it waits for an answer. */
  asked = $state.raw<{ preset: Preset; blueprint: Blueprint; jobs: boolean } | null>(null);
  readonly problems = new Problems(() => this.wish);
  error = $state<AppError | null>(null);

  /** What was typed for each kind of network, kept while another is tried. */
  readonly #networks: { [K in Network["kind"]]: Extract<Network, { kind: K }> } = {
    "default-vpc": { kind: "default-vpc" },
    "new-vpc": { kind: "new-vpc", cidr: "10.42.0.0/16", way_out: "public-ips" },
    "existing-vpc": { kind: "existing-vpc", vpc: "", subnets: [], security_groups: [] },
  };

  /** The blueprint, for the screens that are only shown when there is one. */
  get draft(): Blueprint {
    if (!this.blueprint) throw new Error("No blueprint has been begun.");
    return this.blueprint;
  }

  /** The blueprint as a value that tells whether it changed. */
  get wish(): string {
    return JSON.stringify(this.blueprint);
  }

  /** Whether there is something typed that no file and no preset has. */
  get unsaved(): boolean {
    return this.base !== null && JSON.stringify(this.base) !== this.wish;
  }

  async begin(): Promise<void> {
    if (this.blueprint) return;
    this.error = null;
    try {
      this.presets = await host().commands.presets();
      const preset = this.presets[0]?.preset ?? "fargate";
      const fresh = await host().commands.newBlueprint(preset, await this.#freeName());
      // Another one may have been taken meanwhile.
      if (!this.blueprint) this.take(fresh, preset);
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

  /** Nothing is written any more. */
  clear(): void {
    this.blueprint = null;
    this.problems.clear();
  }

  /** Begins with a blueprint; what was written before is gone. */
  take(blueprint: Blueprint, preset: Preset | null): void {
    this.blueprint = blueprint;
    this.base = structuredClone(blueprint);
    this.preset = preset;
    this.file = null;
    this.problems.clear();
  }

  /** Rust's verdict on what was typed. */
  async validate(): Promise<boolean> {
    if (!this.blueprint) return false;
    try {
      const asked = this.wish;
      const found = await host().commands.checkBlueprint($state.snapshot(this.blueprint));
      if (asked === this.wish) this.problems.take(found, asked);
      this.error = null;
      return found.length === 0 && this.problems.unreadable.size === 0;
    } catch (thrown) {
      this.error = asAppError(thrown);
      return false;
    }
  }

  /** Another preset. What a person has settled stays; what they have made of the compute and the jobs is asked about. */
  async choosePreset(preset: Preset): Promise<void> {
    if (preset === this.preset) return;
    try {
      const fresh = await host().commands.newBlueprint(preset, this.draft.name);
      const mine = $state.snapshot(this.draft);
      const { base } = this;
      if (base && chosen(base) === chosen(mine)) {
        this.take(keepSettled(fresh, mine), preset);
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
    this.take(jobs ? keepJobs(settled, mine) : settled, preset);
    this.base = structuredClone(settled);
  }

  /** Takes a blueprint from a file that the person chooses. */
  async openFile(): Promise<void> {
    const opened = await host().commands.openBlueprint();
    if (!opened) return;
    this.take(opened.blueprint, null);
    this.file = opened.path;
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

  typeCommand(at: number, line: string): void {
    const definition = this.draft.job_definitions[at];
    const path = `job_definitions[${at}].command`;
    const { words } = readCommand(line);
    if (!words) this.problems.unreadable.set(path, line);
    else {
      this.problems.unreadable.delete(path);
      if (definition) definition.command = words;
    }
  }

  /** A definition goes, and the places of those behind it change. */
  forgetCommands(): void {
    this.problems.unreadable.clear();
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
        this.problems.unreadable.delete(`job_definitions[${at}].command`);
      }
    }
    graft(this.draft, blueprint);
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
}

export const drafting = new Drafting();
