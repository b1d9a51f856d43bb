// What a network and the ways in it are called. The picture and the list of stops both say what is made here, so that
// one never tells what the other does not.
import type {
  DrawnWay,
  Evidence,
  HopKind,
  HopState,
  NetworkPicture,
  Runner,
  Service,
  SubnetDrawn,
  WayState,
} from "../../../ipc";
import type { Tone } from "../../../lib/Badge.svelte";
import { kindName } from "../../../lib/words";
import { m } from "../../../paraglide/messages";

type Word = () => string;

export const SERVICES: Record<Service, Word> = {
  ecs: m.service_ecs,
  ecr: m.service_ecr,
  s3: m.service_s3,
  logs: m.service_logs,
  "secrets-manager": m.service_secrets_manager,
  ssm: m.service_ssm,
  registry: m.service_registry,
};

export const WAYS: Record<WayState, { tone: Tone; word: Word; end: Word }> = {
  reaches: { tone: "ready", word: m.network_way_reaches, end: m.network_service_reaches },
  "to-be-made": { tone: "make", word: m.network_way_to_be_made, end: m.network_service_to_be_made },
  "cannot-tell": { tone: "unknown", word: m.network_way_cannot_tell, end: m.network_service_cannot_tell },
  broken: { tone: "wrong", word: m.network_way_broken, end: m.network_service_broken },
};

const STOPS: Record<HopState, { tone: Tone; word: Word }> = {
  passed: { tone: "ready", word: m.network_stop_passed },
  "to-be-made": { tone: "make", word: m.network_stop_to_be_made },
  unknown: { tone: "unknown", word: m.network_stop_unknown },
  broken: { tone: "wrong", word: m.network_stop_broken },
};

const ORDER: readonly WayState[] = ["reaches", "to-be-made", "cannot-tell", "broken"];

/** The worst that a number of ways come to. */
export const worst = (ways: readonly DrawnWay[]): WayState =>
  ways.reduce<WayState>(
    (found, { state }) => (ORDER.indexOf(state) > ORDER.indexOf(found) ? state : found),
    "reaches",
  );

/** A stop on a way: a thing that it leads through, or the service at its end. */
export interface Stop {
  /** Unique among the stops of a way. */
  key: string;
  kind: HopKind | "service";
  id: string;
  name: string;
  tone: Tone;
  /** What becomes of the way there. */
  state: string;
  /** All of it in one sentence. */
  said: string;
  evidence: Evidence[];
}

/** The stops of each branch of a way, in order. */
export interface Leg {
  /** The names of the service that lead this way; empty where all do. */
  names: string[];
  state: WayState;
  stops: Stop[];
}

export function legsOf(picture: NetworkPicture, way: DrawnWay): Leg[] {
  return way.branches.map((branch, leg) => {
    const hops = branch.hops.map(({ kind, id, state }) => ({
      kind,
      id,
      name: nameOf(picture, id),
      evidence: evidenceOf(picture, id),
      ...STOPS[state],
    }));
    const end = WAYS[branch.state];
    const service = {
      kind: "service" as const,
      id: way.service,
      name: SERVICES[way.service](),
      evidence: [],
      tone: end.tone,
      word: end.end,
    };
    const stops = [...hops, service].map(({ word, ...stop }, at) => {
      const state = word();
      const what = stop.kind === "service" ? "" : kindName(stop.kind);
      const said = m.network_stop({ number: at + 1, what, name: stop.name, state });
      return { ...stop, key: `${leg}-${at}`, state, said: said.replace("  ", " ").replace(".  ", ". ") };
    });
    return { names: way.branches.length > 1 ? branch.names : [], state: branch.state, stops };
  });
}

/** A thing that two branches lead through, or one leads through twice, is drawn once, as the worst of them. */
export function worstStops(legs: readonly Leg[]): ReadonlyMap<string, Stop> {
  const rank = ({ tone }: Stop) => ["make", "unknown", "wrong"].indexOf(tone);
  const found = new Map<string, Stop>();
  for (const stop of legs.flatMap(({ stops }) => stops)) {
    const other = found.get(stop.id);
    if (!other || rank(stop) > rank(other)) found.set(stop.id, stop);
  }
  return found;
}

/** By its name where it has one: an id of AWS's is told apart by its end. */
export function nameOf(picture: NetworkPicture, id: string): string {
  const subnet = picture.subnets.find((one) => one.id === id);
  if (subnet) return subnet.name ?? id;
  return picture.things.find((one) => one.id === id)?.name ?? id;
}

/** The same for where nothing beside it tells what it is. */
export function fullName(picture: NetworkPicture, id: string): string {
  const endpoint = picture.things.find((one) => one.id === id && one.kind === "endpoint");
  return endpoint?.name ? m.network_endpoint({ name: endpoint.name }) : nameOf(picture, id);
}

/** What fits where there is little room: the kind and the end of an id, a name as it is. */
export const short = (name: string): string => name.replace(/^([a-z]+)-[0-9a-f]+([0-9a-f]{5})$/, "$1-…$2");

export function evidenceOf(picture: NetworkPicture, id: string): Evidence[] {
  const found = [...picture.subnets, ...picture.things].find((one) => one.id === id);
  return found?.evidence ?? [];
}

export const zoneName = (picture: NetworkPicture, zone: string): string =>
  picture.to_be_made ? m.network_zone_to_come({ number: zone }) : zone;

/** What a way comes to, and where it ends when that is on the way. */
export function verdictOf(picture: NetworkPicture, way: DrawnWay): string {
  const broken = way.branches.find(({ state }) => state === "broken");
  const at = broken?.hops.find(({ state }) => state === "broken");
  if (way.state === "broken" && at) return m.network_way_broken_at({ name: fullName(picture, at.id) });
  return WAYS[way.state].word();
}

export function saidOf(picture: NetworkPicture, subnet: SubnetDrawn, way: DrawnWay): string {
  return m.network_subnet_said({
    subnet: nameOf(picture, subnet.id),
    zone: zoneName(picture, subnet.zone),
    verdict: verdictOf(picture, way),
  });
}

export const runnerKey = (runner: Runner): string =>
  runner.kind === "task" ? (runner.public ? "task-public" : "task") : "instance";

export const runnerName = (runner: Runner): string => {
  if (runner.kind === "instance") return m.network_runner_instance();
  return runner.public ? m.network_runner_task_public() : m.network_runner_task();
};
