import type { StackSummary } from "../../ipc";
import type { Tone } from "../../lib/Badge.svelte";
import { m } from "../../paraglide/messages";

const SHOWN: Record<StackSummary["health"], { tone: Tone; word: () => string }> = {
  healthy: { tone: "ready", word: m.health_healthy },
  broken: { tone: "wrong", word: m.health_broken },
  drifted: { tone: "warning", word: m.health_drifted },
  incomplete: { tone: "warning", word: m.health_incomplete },
  unknown: { tone: "unknown", word: m.health_unknown },
};

export const health = (stack: StackSummary) => SHOWN[stack.health];
