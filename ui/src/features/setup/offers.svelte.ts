import { SvelteMap } from "svelte/reactivity";
import {
  host,
  type Blueprint,
  type InstancePrice,
  type InstanceType,
  type Money,
  type VpcOffer,
  type WayOutCard,
} from "../../ipc";
import { Load } from "../../lib/load.svelte";

/** What the account has to choose from, read when a field first asks for it. */
class Offers {
  networks = $state.raw(new Load<VpcOffer[]>());
  keyPairs = $state.raw(new Load<string[]>());
  types = $state.raw(new Load<InstanceType[]>());
  /** What each environment's kept vCPUs cost. */
  kept = $state.raw(new Load<(Money | null)[]>());
  waysOut = $state.raw<WayOutCard[]>([]);
  readonly prices = new SvelteMap<string, InstancePrice>();
  /** Types and families whose prices were asked for. */
  #asked = new Set<string>();
  #wanted = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keptOf = "";

  want(what: "networks" | "keyPairs" | "types"): void {
    const { networks, keyPairs, types } = this;
    const load = { networks, keyPairs, types }[what];
    if (load.value !== null || load.error || load.busy) return;
    const { commands } = host();
    if (what === "networks") void networks.read(() => commands.networks());
    else if (what === "keyPairs") void keyPairs.read(() => commands.keyPairs());
    else void types.read(() => commands.instanceTypes());
  }

  /** Asks for the prices of types and families, a moment later and all at once. */
  price(names: readonly string[]): void {
    const fresh = names.filter((name) => !this.#asked.has(name));
    if (fresh.length === 0) return;
    for (const name of fresh) this.#wanted.add(name);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#askPrices(), 250);
  }

  async #askPrices(): Promise<void> {
    const names = [...this.#wanted];
    this.#wanted.clear();
    for (const name of names) this.#asked.add(name);
    const asked = this.#asked;
    try {
      const prices = await host().commands.instancePrices(names);
      if (asked === this.#asked) for (const price of prices) this.prices.set(price.name, price);
    } catch {
      // Without the right to read prices the types are offered all the same.
    }
  }

  /** What the vCPUs cost that the environments keep running. */
  costOf(blueprint: Blueprint): void {
    const environments = blueprint.compute_environments;
    const of = JSON.stringify(environments);
    if (of === this.#keptOf) return;
    this.#keptOf = of;
    if (!environments.some(({ instances }) => (instances?.min_vcpus ?? 0) > 0)) this.kept.value = null;
    else void this.kept.read(() => host().commands.keptCosts(blueprint));
  }

  /** What the ways out of a new network cost; more endpoints cost more. */
  async costOfWaysOut(blueprint: Blueprint): Promise<void> {
    this.waysOut = await host().commands.waysOut(blueprint);
  }

  /** Another account or region. */
  forget(): void {
    this.networks = new Load();
    this.keyPairs = new Load();
    this.types = new Load();
    this.kept = new Load();
    this.prices.clear();
    this.#asked = new Set();
    this.#wanted.clear();
    this.#keptOf = "";
  }
}

export const offers = new Offers();
