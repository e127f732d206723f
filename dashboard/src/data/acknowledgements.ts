/*
 * What people say of the alerts of an item: one takes care of an alert, or the item is ordered, or to be left alone for a while.
 * The same rules as in functions/stock/acknowledgements.py; docs/alerts.md tells them.
 */

import type { Alert } from "./model";

export const KINDS = ["ack", "ordered", "snooze"] as const;

export type Kind = (typeof KINDS)[number] | "undone";

/** What was said last of an item of a store. Who it was is what they said: a claim. */
export interface Acknowledgement {
  /** undone: nothing is said any more. */
  kind: Kind;
  /** The alert (its sort key) that was to be seen. */
  of: string;
  /** The day from which on the item is to be looked at again, such as 2026-12-03; with ack it means nothing. */
  until: string;
  by: string;
  /** Empty when it is no time. */
  at: string;
  note: string;
  /** AckAt as it was read: who says something else, does so on condition that it still is that. */
  seen: string;
}

/** As long as the dialog lets a note be. */
export const LONGEST_NOTE = 500;

/** The sort key, in the table Acknowledgements, of what is said of an item. */
export const keyOf = (item: string) => `item#${item}`;

/** Everybody who signed in writes these items from the browser: whatever is in one, it becomes texts that fit on the page. */
export function acknowledgement(item: Record<string, unknown>): Acknowledgement {
  const text = (value: unknown) => (typeof value === "string" ? value.replace(/\p{C}+/gu, " ").slice(0, LONGEST_NOTE) : "");
  const [seen, at, of, until] = [item["AckAt"], text(item["AckAt"]), item["Of"], text(item["Until"])];
  const known = KINDS.find((kind) => kind === item["Kind"]);
  const said = known && typeof of === "string" && of.split("#").length > 2;
  return {
    kind: said ? known : "undone",
    of: said ? of : "",
    until: /^\d{4}-\d\d-\d\d$/.test(until) && !Number.isNaN(Date.parse(until)) ? until : "",
    by: text(item["AckBy"]),
    at: Number.isNaN(Date.parse(at)) ? "" : at,
    note: text(item["AckNote"]),
    seen: typeof seen === "string" ? seen : "",
  };
}

/** What an item was ordered for, and what may follow without any goods having been there. */
const SAME_GOODS = ["RUNS_OUT_SOON RUNS_OUT_SOON", "RUNS_OUT_SOON LOW_STOCK", "LOW_STOCK RUNS_OUT_SOON"];

/** Whether an alert of the item is taken care of. `today`: such as 2026-12-01. */
export function covers(said: Acknowledgement | undefined, alert: Pick<Alert, "Alert" | "Event">, today: string): boolean {
  if (!said || said.kind === "undone" || (said.kind !== "ack" && today >= said.until)) return false;
  if (alert.Alert === said.of) return true;
  if (said.kind === "snooze") return alert.Event === "LOW_STOCK" || alert.Event === "RUNS_OUT_SOON";
  return said.kind === "ordered" && SAME_GOODS.includes(`${said.of.split("#")[1]} ${alert.Event}`);
}

/** Whether there is something to tell of it beside an alert, be it over by now. */
export function isTold(said: Acknowledgement | undefined, alert: Pick<Alert, "Alert" | "Event">, today: string): boolean {
  if (!said || said.kind === "undone") return false;
  return said.of === alert.Alert || (said.kind !== "ack" && (covers(said, alert, today) || today < said.until));
}

/** The day by the clock of who looks, as `until` is written. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** What somebody said of an item, and of which. */
export interface Saying extends Acknowledgement {
  Store: string;
  Item: string;
}

export function saying(item: Record<string, unknown>): Saying {
  return { ...acknowledgement(item), Store: String(item["Store"]), Item: String(item["Alert"]).slice(keyOf("").length) };
}
