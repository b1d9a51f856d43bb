import type {
  ActivityEntry,
  AppError,
  Blueprint,
  Events,
  Note,
  SavedAccount,
  SessionView,
  Text,
  UnfinishedRun,
} from "../contract";
import type { Switches } from "./switches";
import { blueprint, withHosts } from "./blueprint";
import { makeJobs, type FakeJob } from "./jobs";

export const say = (code: string, text: string, params: Record<string, string> = {}): Text => ({
  code,
  params,
  text,
});

export function failure(code: string, message: string, more: Partial<AppError> = {}): AppError {
  return { code, message, causes: [], advice: null, request_id: null, fields: [], ...more };
}

export interface FakeStack {
  blueprint: Blueprint;
  created_at: number;
  health: "healthy" | "broken";
  /** What somebody has made of it since. */
  drifted?: Blueprint;
}

/** The one state behind all the fake commands. */
export class World {
  session: SessionView | null = null;
  accounts: SavedAccount[] = [];
  pace = 1;
  stacks = new Map<string, FakeStack>();
  jobs: FakeJob[] = [];
  unfinished: UnfinishedRun[] = [];
  /** Stacks whose journal cannot be relied on. */
  damaged = new Set<string>();
  activity: ActivityEntry[] = [];
  mended: Note[] = [];
  /** A lesson in which the check finds nothing any more. */
  solved: (lesson: string) => void = () => undefined;
  stopping = false;
  taken = false;
  #listeners = new Map<keyof Events, Set<(payload: never) => void>>();

  constructor(readonly switches: Switches) {
    this.taken = switches.taken;
    if (!switches.empty) this.#seed();
    if (switches.damaged) this.damaged.add("imaging");
    if (switches.unfinished) {
      this.unfinished.push({
        run: "run-7f31",
        stack: "genomics",
        act: switches.unfinished,
        started_at: Date.now() - 41 * 60_000,
        made:
          switches.unfinished === "teardown"
            ? []
            : ["genomics-execution", "genomics-main-role", "genomics-jobs"],
        failure: null,
      });
    }
  }

  #seed(): void {
    const day = 86_400_000;
    const imaging = blueprint("imaging");
    this.stacks.set("imaging", {
      blueprint: this.switches.hosts ? withHosts(imaging) : imaging,
      created_at: Date.now() - 9 * day,
      health: "healthy",
    });
    if (this.switches.drifted) {
      const drifted = structuredClone(imaging);
      const environment = drifted.compute_environments[0];
      if (environment) environment.max_vcpus = 96;
      Object.assign(this.stacks.get("imaging") ?? {}, { drifted });
    }
    this.stacks.set("nightly-etl", {
      blueprint: blueprint("nightly-etl"),
      created_at: Date.now() - 64 * day,
      health: "broken",
    });
    this.jobs = makeJobs(this.switches.jobs);
    this.accounts.push(
      { name: "research", key_hint: "7Q3D", region: "eu-central-1", endpoint: null },
      { name: "emulator", key_hint: "TEST", region: "us-east-1", endpoint: "http://localhost:5000" },
    );
  }

  on<E extends keyof Events>(event: E, heard: (payload: Events[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    listeners.add(heard);
    this.#listeners.set(event, listeners);
    return () => listeners.delete(heard);
  }

  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    for (const heard of this.#listeners.get(event) ?? []) (heard as (payload: Events[E]) => void)(payload);
  }

  /** Notes an AWS call as the real window would. */
  called(action: string, changes = false, outcome = "ok", resource: string | null = null): void {
    const [service = "batch", name = action] = action.split(":");
    const entry: ActivityEntry = {
      at: Date.now(),
      service,
      action: name,
      resource,
      outcome,
      failed: outcome !== "ok",
      attempts: 1,
      milliseconds: 40 + ((name.length * 37) % 210),
      request_id: `${service.slice(0, 2)}${(this.activity.length + 4096).toString(16)}-9c1d-4e0b-8f21-5a7c`,
      changes,
    };
    this.activity.push(entry);
    this.emit("activity", entry);
  }

  /** Lets `seconds` of AWS pass. */
  pass(seconds: number): Promise<void> {
    return new Promise((resume) => setTimeout(resume, seconds * this.switches.second));
  }

  /** A read: takes a moment, is noted, and fails when the network is switched off. */
  async read<T>(action: string, value: () => T): Promise<T> {
    await this.pass(0.3);
    if (this.switches.error) {
      this.called(action, false, "unreachable");
      throw failure(
        "aws-unreachable",
        `AWS could not be reached for ${action}, so nothing was changed by it.`,
        {
          causes: ["dispatch failure", "dns error: failed to lookup address information"],
          advice: "Check the network connection, a proxy, or the endpoint's address; then try again.",
        },
      );
    }
    this.called(action);
    return value();
  }
}
