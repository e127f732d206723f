/*
 * What people say of the alerts of an item: one takes care of an alert, or the item is ordered, or to be left alone for a while.
 * The same rules as in functions/stock/acknowledgements.py; docs/alerts.md tells them.
 */

import { app } from "../app";
import { ACKNOWLEDGEMENT, type Alert } from "./model";

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

// ---- The table ------------------------------------------------------------------------------------------------------

const LOG = "all";
/** An acknowledgement goes away so long after it was made. */
const KEEP_MS = 400 * 24 * 3600_000;

/** What is said of the items of some alerts. Guests may not see it: for them it is nothing. */
export async function saidOf(alerts: Pick<Alert, "Store" | "Item">[]): Promise<Saying[]> {
  if (!alerts.length || !(await app.session.seesPeople())) return [];
  const keys = new Map(alerts.map(({ Store, Item }) => [`${Store}\n${Item}`, { Store, Alert: keyOf(Item) }]));
  return (await app.db.batchGet<Record<string, unknown>>(app.config.acknowledgementsTable, [...keys.values()], ACKNOWLEDGEMENT)).map(saying);
}

/** What was said since a time (ms), of whatever item. */
export async function saidSince(since: number): Promise<Saying[]> {
  if (!(await app.session.seesPeople())) return [];
  const values = { ":log": LOG, ":since": new Date(since).toISOString() };
  const query = { table: app.config.acknowledgementsTable, index: "ByTime", where: "#Log = :log AND #AckAt > :since", values, only: ACKNOWLEDGEMENT };
  return (await app.db.queryAll<Record<string, unknown>>(query)).map(saying);
}

/**
 * Says something of an alert, on condition that what was said of its item still is as it was seen ("": nothing).
 * Touches the key and the attributes only that the signed-in role may write.
 */
export function say(alert: Pick<Alert, "Store" | "Item">, { kind, of, until, by, at, note }: Acknowledgement, seen: string): Promise<void> {
  return app.db.update(
    app.config.acknowledgementsTable,
    { Store: alert.Store, Alert: keyOf(alert.Item) },
    "SET #Kind = :kind, #Of = :of, #Until = :until, #AckBy = :by, #AckAt = :at, #AckNote = :note, #Log = :log, #Expires = :expires",
    { ":kind": kind, ":of": of, ":until": until, ":by": by, ":at": at, ":note": note, ":log": LOG, ":expires": Math.ceil((Date.parse(at) + KEEP_MS) / 1000), ":seen": seen || "S" },
    seen ? "#AckAt = :seen" : "NOT attribute_type(#AckAt, :seen)",
  );
}
