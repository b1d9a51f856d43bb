import type { CheckItem, Verdict } from "../ipc";
import { m } from "../paraglide/messages";
import type { Tone } from "./Badge.svelte";

const SHOWN: Record<Verdict, { tone: Tone; word: () => string }> = {
  ready: { tone: "ready", word: m.verdict_ready },
  make: { tone: "make", word: m.verdict_make },
  mend: { tone: "mend", word: m.verdict_mend },
  wrong: { tone: "wrong", word: m.verdict_wrong },
  warning: { tone: "warning", word: m.verdict_warning },
  "cannot-tell": { tone: "unknown", word: m.verdict_cannot_tell },
  waiting: { tone: "waiting", word: m.verdict_waiting },
};

export const shownVerdict = (of: Pick<CheckItem, "verdict">) => SHOWN[of.verdict];
