import type { Money } from "../ipc";
import { m } from "../paraglide/messages";
import { getLocale } from "../paraglide/runtime";

const number = (options: Intl.NumberFormatOptions = {}) => new Intl.NumberFormat(getLocale(), options);

export const count = (value: number): string => number().format(value);

/** `1234-5678-9012`, as AWS's console groups an account. */
export const account = (id: string): string => id.replace(/^(\d{4})(\d{4})(\d{4})$/, "$1-$2-$3");

/** Where in AWS an ARN's owner is: `user/ana`. */
export const whoOf = (arn: string): string => arn.split(":").slice(5).join(":") || arn;

/** US dollars, with a third place where there is less than one. */
export const rate = (usd: number): string => dollars(usd, 2, usd < 1 ? 3 : 2);

/** US dollars to a hundredth of a cent, by which prices of an hour are told apart: as many places in every row. */
export const price = (usd: number): string => dollars(usd, usd < 1 ? 4 : 2, usd < 1 ? 4 : 2);

function dollars(usd: number, least: number, most: number): string {
  return number({
    style: "currency",
    currency: "USD",
    minimumFractionDigits: usd === 0 ? 0 : least,
    maximumFractionDigits: usd === 0 ? 0 : most,
  }).format(usd);
}

/** From the least to the most, `$0.0425–$0.063`; one amount where they are the same. */
export function range(low: number, high: number): string {
  const [least, most] = [price(low), price(high)];
  return least === most ? least : `${least}–${most}`;
}

export function money({ usd, per }: Money): string {
  const amount = rate(usd);
  const units = { hour: m.per_hour, month: m.per_month, "vcpu-hour": m.per_vcpu_hour };
  return units[per]({ amount });
}

/** `0.4 s`, `18 s`, `2:11`, `1:02:40`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return m.seconds({ count: number({ maximumFractionDigits: 1 }).format(seconds) });
  if (seconds < 60) return m.seconds({ count: String(Math.round(seconds)) });
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** `just now`, `2 min. ago`, `yesterday`. */
export function ago(at: number, now: number): string {
  const past = now - at;
  for (const [unit, size] of UNITS) {
    if (past >= size) {
      const format = new Intl.RelativeTimeFormat(getLocale(), { numeric: "auto", style: "short" });
      return format.format(-Math.floor(past / size), unit);
    }
  }
  return past >= 10_000 ? m.seconds_ago({ count: Math.floor(past / 1000) }) : m.just_now();
}

export const exact = (at: number): string =>
  new Intl.DateTimeFormat(getLocale(), { dateStyle: "medium", timeStyle: "medium" }).format(at);

export const clockTime = (at: number): string =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);

/** `2,048 MiB` below ten GiB, `16 GiB` from there on when it comes out even. */
export function mebibytes(value: number): string {
  return value >= 10_240 && value % 1024 === 0
    ? m.gib({ count: count(value / 1024) })
    : m.mib({ count: count(value) });
}
