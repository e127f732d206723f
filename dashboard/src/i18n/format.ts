import { i18n } from "./index.svelte";

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

/** Intl formatters are slow to make: keep one of each kind and locale. */
function kept<F extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(name: string, make: (locale: string) => F): F {
  const key = `${i18n.locale} ${name}`;
  let format = cache.get(key) as F | undefined;
  if (!format) cache.set(key, (format = make(i18n.locale)));
  return format;
}

export function number(value: number): string {
  if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return "–"; // somebody wrote no count, or one of a hundred digits, into the table
  return kept("number", (locale) => new Intl.NumberFormat(locale)).format(value);
}

/** A number with its noun: "1 item", "2 items". */
export function counted(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** Large totals, shortened: 1.2M. */
export function compact(value: number): string {
  if (!(value >= 100_000 && value <= Number.MAX_SAFE_INTEGER)) return number(value);
  return kept("compact", (locale) => new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 })).format(value);
}

export function percent(share: number, digits = 0): string {
  return kept(`percent ${digits}`, (locale) => new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits })).format(share);
}

/** A probability or a share as a part of 100: what is hardly possible, or nearly certain, is said to be so. */
export function chance(p: number): string {
  return p > 0 && p < 0.01 ? `< ${percent(0.01)}` : p > 0.99 ? `> ${percent(0.99)}` : percent(p);
}

/** What is no time stays as it is: people write it, too. */
export function dateTime(at: string | number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  return kept("dateTime", (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" })).format(date);
}

/** A day without its year, for what has little room: 22 Nov. */
export function day(at: number): string {
  return kept("day", (locale) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" })).format(at);
}

export function time(at: number): string {
  return kept("time", (locale) => new Intl.DateTimeFormat(locale, { timeStyle: "medium" })).format(at);
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "5 min ago"; the last minute is "now". */
export function ago(at: string | number, now: number): string {
  const passed = Math.max(0, now - new Date(at).getTime());
  if (Number.isNaN(passed)) return "–";
  const format = kept("ago", (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }));
  for (const [unit, length] of STEPS) {
    // 36 hours say more than "yesterday" about a store that sends a file every day.
    if (passed >= length * (unit === "day" ? 2 : 1)) return format.format(-Math.floor(passed / length), unit);
  }
  return format.format(0, "second");
}

/** How long something has lasted: "3 days", "5 hr". */
export function lasting(iso: string, now: number): string {
  const passed = Math.max(0, now - Date.parse(iso));
  if (Number.isNaN(passed)) return "–";
  if (passed < 60_000) return ago(iso, now);
  for (const [unit, length] of STEPS) {
    if (passed >= length * (unit === "day" ? 2 : 1) || unit === "minute") {
      return kept(`lasting ${unit}`, (locale) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" })).format(Math.floor(passed / length));
    }
  }
  return "";
}

export function bytes(size: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let unit = 0;
  let value = size;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return kept(`bytes ${unit}`, (locale) => new Intl.NumberFormat(locale, { style: "unit", unit: units[unit] ?? "byte", unitDisplay: unit ? "short" : "long", maximumFractionDigits: unit ? 1 : 0 })).format(value);
}
