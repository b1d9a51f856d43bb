import type { AllocationStrategy, ComputeKind, Preset } from "../../ipc";
import { m } from "../../paraglide/messages";

type Text = () => string;

export const PRESETS: Record<Preset, { name: Text; text: Text }> = {
  fargate: { name: m.preset_fargate, text: m.preset_fargate_text },
  "fargate-spot": { name: m.preset_fargate_spot, text: m.preset_fargate_spot_text },
  spot: { name: m.preset_spot, text: m.preset_spot_text },
  ondemand: { name: m.preset_ondemand, text: m.preset_ondemand_text },
  "spot-then-ondemand": { name: m.preset_spot_then_ondemand, text: m.preset_spot_then_ondemand_text },
  gpu: { name: m.preset_gpu, text: m.preset_gpu_text },
};

export const KIND_NAMES: Record<ComputeKind, Text> = {
  fargate: m.preset_fargate,
  "fargate-spot": m.preset_fargate_spot,
  ec2: m.preset_ondemand,
  spot: m.preset_spot,
};

export const STRATEGY_NAMES: Record<AllocationStrategy, { name: Text; text: Text }> = {
  "best-fit": { name: m.strategy_best_fit, text: m.strategy_best_fit_text },
  "best-fit-progressive": { name: m.strategy_progressive, text: m.strategy_progressive_text },
  "best-fit-progressive-ordered": { name: m.strategy_ordered, text: m.strategy_ordered_text },
  "spot-capacity-optimized": { name: m.strategy_spot_capacity, text: m.strategy_spot_capacity_text },
  "spot-price-capacity-optimized": { name: m.strategy_spot_price, text: m.strategy_spot_price_text },
  "spot-capacity-optimized-prioritized": {
    name: m.strategy_spot_prioritized,
    text: m.strategy_spot_prioritized_text,
  },
};

export const states = () => [
  { value: "enabled" as const, text: m.state_enabled() },
  { value: "disabled" as const, text: m.state_disabled() },
];

export const modes = () => [
  { value: "read" as const, text: m.mode_read() },
  { value: "write" as const, text: m.mode_write() },
  { value: "read-write" as const, text: m.mode_read_write() },
];

/** A few words of each, in a row. */
export const row = (...words: (string | false | null | undefined)[]): string =>
  words.filter(Boolean).join(" · ");
