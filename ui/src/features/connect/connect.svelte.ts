import { session } from "../../app/session.svelte";
import { asAppError, host, type AppError, type Connect, type Ways } from "../../ipc";
import { m } from "../../paraglide/messages";
import { endpointFault } from "./endpoint";

/** The first screen: what could be used to connect, and the attempt that is going on. */
export class Connecting {
  ways = $state<Ways | null>(null);
  error = $state<AppError | null>(null);
  /** Which way is being tried right now: `practice`, `profile`, `keys NAME`. */
  trying = $state<string | null>(null);
  profile = $state("");
  region = $state("");
  endpoint = $state("");

  endpointProblem = $derived.by(() => {
    const fault = endpointFault(this.endpoint);
    return fault === null ? undefined : fault === "plain" ? m.endpoint_plain() : m.endpoint_address();
  });

  async look(): Promise<void> {
    try {
      const ways = await host().commands.ways();
      this.ways = ways;
      const usual = ways.profiles.find(({ name }) => name === this.profile) ?? ways.profiles[0];
      this.chooseProfile(usual?.name ?? "");
    } catch (thrown) {
      this.error = asAppError(thrown);
    }
  }

  chooseProfile(name: string): void {
    this.profile = name;
    this.region = this.ways?.profiles.find((profile) => profile.name === name)?.region ?? this.region;
    this.region ||= "us-east-1";
  }

  async connect(how: Connect): Promise<void> {
    if (this.trying || this.endpointProblem) return;
    this.trying = how.name === null ? how.kind : `${how.kind} ${how.name}`;
    this.error = null;
    try {
      await session.connect(how);
    } catch (thrown) {
      this.error = asAppError(thrown);
    } finally {
      this.trying = null;
    }
  }

  practice(): Promise<void> {
    return this.connect({ kind: "practice", name: null, region: "us-east-1", endpoint: null });
  }

  byProfile(): Promise<void> {
    const endpoint = this.endpoint.trim() || null;
    return this.connect({ kind: "profile", name: this.profile, region: this.region, endpoint });
  }

  async forget(name: string): Promise<void> {
    await host().commands.forgetAccount(name);
    await this.look();
  }

  async addKeys(): Promise<void> {
    try {
      await host().commands.openKeysWindow();
    } catch (thrown) {
      this.error = asAppError(thrown);
    }
  }
}
