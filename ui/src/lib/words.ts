import type { Text } from "../ipc";
import * as messages from "../paraglide/messages";

type Message = (params: Record<string, string>) => string;

const all = messages as unknown as Record<string, Message | undefined>;

/** A finding in the person's language: by its code where the message file has it, else as Rust wrote it. */
export function say(text: Text): string {
  return all[`finding_${text.code.replaceAll("-", "_")}`]?.(text.params) ?? text.text;
}

/** The name of a kind of resource or other subject of a check, as AWS writes it. */
export function kindName(code: string): string {
  const known = all[`kind_${code.replaceAll("-", "_")}`];
  if (known) return known({});
  const words = code.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
