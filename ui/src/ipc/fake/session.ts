import type { AppError, Commands, Connect, SessionView } from "../contract";
import { failure, type World } from "./world";

const REGIONS = [
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "ca-central-1",
  "eu-central-1",
  "eu-west-1",
  "eu-west-3",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-southeast-2",
  "sa-east-1",
];

const KEYCHAIN: Record<"locked" | "absent" | "refused", AppError> = {
  locked: failure(
    "keychain-locked",
    "The keychain of this computer is locked, so saved accounts cannot be used.",
    {
      advice:
        "Unlock it (on GNOME: Passwords and Keys), then look again. Profiles and the practice account work without it.",
    },
  ),
  absent: failure(
    "keychain-absent",
    "This computer has no keychain that is running, so access keys cannot be saved.",
    {
      advice:
        "Start one (on Linux gnome-keyring or KWallet), or use an AWS profile. Slipway never writes keys to a plain file.",
    },
  ),
  refused: failure("keychain-refused", "The keychain did not let Slipway in.", {
    advice: "Allow Slipway when the system asks, then look again.",
  }),
};

const identity = (kind: Connect["kind"], account: string, user: string) => ({
  account,
  alias: kind === "practice" ? null : "northwind-research",
  arn: `arn:aws:iam::${account}:user/${user}`,
});

export function viewOf(how: Connect): SessionView {
  return {
    ...how,
    identity:
      how.kind === "practice"
        ? identity("practice", "123456789012", "you")
        : identity(how.kind, "481907223644", "ana"),
  };
}

type SessionCommands = Pick<
  Commands,
  | "session"
  | "ways"
  | "connect"
  | "disconnect"
  | "openKeysWindow"
  | "forgetAccount"
  | "practiceSettings"
  | "setPracticePace"
  | "resetPractice"
>;

export function sessionCommands(world: World): SessionCommands {
  const { keychain } = world.switches;
  return {
    session: () => Promise.resolve(world.session),
    ways: async () => {
      await world.pass(0.4);
      return {
        profiles: [
          { name: "default", region: "us-east-1", kind: "keys" },
          { name: "northwind-admin", region: "eu-central-1", kind: "sso" },
          { name: "ci-deploy", region: null, kind: "role" },
        ],
        profiles_failure: null,
        accounts: keychain ? [] : world.accounts,
        keychain: keychain ? KEYCHAIN[keychain] : null,
        regions: REGIONS,
      };
    },
    connect: async (how) => {
      await world.pass(2);
      if (how.kind === "profile" && how.name === "ci-deploy") {
        world.called("sts:GetCallerIdentity", false, "ExpiredToken");
        throw failure("aws-expired", "Your sign-in has run out.", {
          causes: ["ExpiredTokenException: The security token included in the request is expired"],
          advice: "Sign in again with the same account and carry on; nothing is lost.",
          request_id: "e1c2b9a4-51f7-47f6-9b3f-9a6b0c11d2e3",
        });
      }
      world.called("sts:GetCallerIdentity");
      world.session = viewOf(how);
      world.emit("session-changed", world.session);
      return world.session;
    },
    disconnect: () => {
      world.session = null;
      world.emit("session-changed", null);
      return Promise.resolve();
    },
    openKeysWindow: () => {
      window.open("/keys.html", "slipway-keys", "popup,width=480,height=560");
      return Promise.resolve();
    },
    forgetAccount: async (name) => {
      await world.pass(0.5);
      world.accounts = world.accounts.filter((account) => account.name !== name);
      world.emit("accounts-changed", null);
    },
    practiceSettings: () => Promise.resolve({ pace: world.pace }),
    setPracticePace: (pace) => {
      world.pace = pace ?? world.pace;
      return Promise.resolve({ pace: world.pace });
    },
    resetPractice: async () => {
      await world.pass(1);
      world.stacks.clear();
      world.jobs = [];
      world.unfinished = [];
    },
  };
}
