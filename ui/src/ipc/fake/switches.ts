import type { RunAct } from "../contract";

/** What the fake host should pretend; set in the page's address, for example `?connected&jobs=10000`. */
export interface Switches {
  /** Starts signed in instead of on the first screen. */
  connected: boolean | "aws";
  /** Nothing in the account yet. */
  empty: boolean;
  /** Every read fails the way it does without a network. */
  error: boolean;
  /** The compute environment turns INVALID while it is created. */
  failCreate: boolean;
  /** A name of every new stack is taken by something else. */
  taken: boolean;
  /** Somebody changed the stack *imaging* behind its blueprint's back. */
  drifted: boolean;
  /** A run from an earlier start did not end; `create` where the address only says `?unfinished`. */
  unfinished: RunAct | null;
  /** The journal of the stack *imaging* is damaged. */
  damaged: boolean;
  /** The stack *imaging* has a second queue, on instances and shared out between people, and two definitions for it. */
  hosts: boolean;
  /** How many jobs the queue holds. */
  jobs: number;
  keychain: "locked" | "absent" | "refused" | null;
  /** Milliseconds that stand for one second of AWS. */
  second: number;
}

export const usual: Switches = {
  connected: false,
  empty: false,
  error: false,
  failCreate: false,
  taken: false,
  drifted: false,
  unfinished: null,
  damaged: false,
  hosts: false,
  jobs: 48,
  keychain: null,
  second: 220,
};

export function switchesFrom(search: string): Switches {
  const query = new URLSearchParams(search);
  const keychain = query.get("keychain");
  const unfinished = query.get("unfinished");
  return {
    connected: query.get("connected") === "aws" ? "aws" : query.has("connected"),
    empty: query.has("empty"),
    error: query.has("error"),
    failCreate: query.has("fail-create"),
    taken: query.has("taken"),
    drifted: query.has("drifted"),
    unfinished:
      unfinished === "undo" || unfinished === "teardown"
        ? unfinished
        : query.has("unfinished")
          ? "create"
          : null,
    damaged: query.has("damaged"),
    hosts: query.has("hosts"),
    jobs: Number(query.get("jobs") ?? usual.jobs),
    keychain: keychain === "locked" || keychain === "absent" || keychain === "refused" ? keychain : null,
    second: Number(query.get("second") ?? usual.second),
  };
}
