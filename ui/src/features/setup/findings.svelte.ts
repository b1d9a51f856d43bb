import {
  asAppError,
  host,
  type Amendment,
  type AppError,
  type Change,
  type CheckItem,
  type CheckReport,
  type Text,
} from "../../ipc";
import { drafting } from "./drafting.svelte";

/** What the check finds of the blueprint that is written, and what was done against it. */
class Findings {
  items = $state<CheckItem[]>([]);
  report = $state.raw<CheckReport | null>(null);
  checking = $state(false);
  error = $state<AppError | null>(null);
  /** What was done last against a finding. */
  fixed = $state.raw<Text | null>(null);
  /** The blueprint that they are of. */
  #checked = "";

  async check(again = false): Promise<void> {
    if (!drafting.blueprint || this.checking) return;
    const asked = drafting.wish;
    if (!again && this.#checked === asked && this.report) return;
    this.checking = true;
    this.clear();
    if (this.#checked !== asked && this.#checked !== "" && !again) this.fixed = null;
    try {
      const report = await host().commands.check(
        $state.snapshot(drafting.blueprint),
        host().channel((item) => this.#arrived(item)),
      );
      this.items = report.items;
      this.report = report;
      this.#checked = asked;
    } catch (thrown) {
      this.error = asAppError(thrown);
    } finally {
      this.checking = false;
    }
  }

  #arrived(item: CheckItem): void {
    const at = this.items.findIndex(({ id }) => id === item.id);
    if (at < 0) this.items.push(item);
    else this.items[at] = item;
  }

  /** What helps against a finding is put into the blueprint, and everything is looked at again. */
  async amend(amendments: Amendment[], says: Text): Promise<void> {
    try {
      if (amendments.length > 0) {
        drafting.replace(await host().commands.amend($state.snapshot(drafting.draft), amendments));
      }
      this.fixed = says;
      await this.check(true);
    } catch (thrown) {
      this.error = asAppError(thrown);
    }
  }

  /** A person has said yes to these changes of what others made; what goes with them in the blueprint follows. */
  async mend(changes: Change[], amendments: Amendment[], says: Text): Promise<void> {
    await host().commands.mend(changes);
    void this.amend(amendments, says);
  }

  /** Nothing is shown any more. */
  clear(): void {
    this.report = null;
    this.items = [];
    this.error = null;
  }

  /** The account changes: what was found is found anew when it is next looked at. */
  doubt(): void {
    this.#checked = "";
  }
}

export const findings = new Findings();
