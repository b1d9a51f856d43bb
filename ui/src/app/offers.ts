import {
  Activity,
  Copy,
  FileCode2,
  GraduationCap,
  Hammer,
  Layers,
  ListChecks,
  LogOut,
  Play,
  Settings,
} from "../lib/icons";
import { host } from "../ipc";
import { copyText } from "../lib/clipboard";
import { m } from "../paraglide/messages";
import { path, router } from "./route.svelte";
import { session } from "./session.svelte";
import { commandKey, shell } from "./shell.svelte";

/** One line of the palette. */
export interface Offer {
  id: string;
  group: string;
  title: string;
  note?: string;
  Icon: typeof Play;
  act: () => void;
}

const to = (id: string, title: string, Icon: typeof Play, where: string): Offer => ({
  id,
  group: m.palette_go(),
  title,
  Icon,
  act: () => router.go(where),
});

function always(): Offer[] {
  const view = session.view;
  const doing = (id: string, title: string, Icon: typeof Play, act: () => void, note?: string): Offer => ({
    id,
    group: m.palette_do(),
    title,
    Icon,
    act,
    ...(note ? { note } : {}),
  });
  return [
    to("setup", m.nav_setup(), Hammer, path.setup()),
    to("stacks", m.nav_stacks(), Layers, path.stacks()),
    to("jobs", m.nav_jobs(), ListChecks, path.jobs()),
    to("terraform", m.nav_terraform(), FileCode2, path.terraform()),
    doing("launch", m.launch_job(), Play, () => router.go(path.launch())),
    doing(
      "activity",
      m.palette_activity(),
      Activity,
      () => (shell.activity = !shell.activity),
      `${commandKey}J`,
    ),
    doing("lessons", m.lessons(), GraduationCap, () => (shell.lessons = true)),
    doing("settings", m.settings(), Settings, () => (shell.settings = true), `${commandKey},`),
    ...(view
      ? [
          doing("copy-account", m.palette_copy_account(), Copy, () => void copyText(view.identity.account)),
          doing("copy-arn", m.palette_copy_arn(), Copy, () => void copyText(view.identity.arn)),
          doing("disconnect", m.disconnect(), LogOut, () => void session.disconnect()),
        ]
      : []),
  ];
}

/** What the account adds. Without an answer the palette still has everything else. */
async function ofAccount(): Promise<Offer[]> {
  const stacks = await host()
    .commands.stacks()
    .catch(() => []);
  return stacks.flatMap(({ name }) => [
    { ...to(`stack-${name}`, name, Layers, path.stack(name)), group: m.nav_stacks() },
    {
      ...to(`launch-${name}`, m.palette_launch_on({ name }), Play, path.launch(name)),
      group: m.nav_stacks(),
    },
    {
      ...to(`terraform-${name}`, m.palette_terraform_of({ name }), FileCode2, path.terraform(name)),
      group: m.nav_stacks(),
    },
  ]);
}

export const offers = { always, ofAccount };
