import { app } from "../app";
import { pageOf, type ListPage, type Place } from "./inventory";
import * as read from "./model";
import { isAlert, type Alert, type Short } from "./model";
import { firstRows, type Placed, type Spread } from "./shards";

/** All alerts, by their time. */
const LOG = { index: "ByTime", key: "Log", name: "all", range: "At" };

/** Which of them, if not all: those of a group of stores. */
type Keep = Spread["keep"];

/** Open alerts of a level or of a store, longest open first, or `newest` first. */
export function openAlerts(of: Short | { store: string }, place: Place, limit: number, newest: boolean, keep?: Keep): Promise<ListPage<Placed<Alert>>> {
  if (typeof of === "string") return pageOfAlerts({ index: "OpenAlerts", key: "Open", name: of, range: "At", keep }, newest, place, limit);
  return pageOfAlerts({ ...ofStore(of.store), keep, wanted: { filter: "attribute_exists(#Open)", values: {} } }, newest, place, limit);
}

/** The alerts of a store, or of all, and of one event, or of all; the newest first. */
export function alertLog(store: string, event: string, place: Place, limit: number, signal?: AbortSignal, keep?: Keep): Promise<ListPage<Placed<Alert>>> {
  const wanted = event ? { wanted: { filter: "#Event = :event", values: { ":event": event } } } : {};
  return pageOfAlerts({ ...(store ? ofStore(store) : LOG), ...wanted, keep }, true, place, limit, signal);
}

/** How many alerts of each event there were since a time; with `more`, only the first of them were counted. */
export async function eventsSince(since: string, limit: number, signal: AbortSignal, keep?: Keep): Promise<{ counts: Map<string, number>; more: boolean }> {
  const list: Spread = { ...LOG, table: app.config.alertsTable, only: ["Store", "Event", "At"], keep };
  const found = await firstRows<Alert>((query) => app.db.query<Alert>(query, signal), list, app.config.shards, limit + 1, false, { At: since });
  const counts = new Map<string, number>();
  for (const { Event } of found.slice(0, limit)) counts.set(Event, (counts.get(Event) ?? 0) + 1);
  return { counts, more: found.length > limit };
}

const ofStore = (store: string) => ({ key: "Store", name: store, range: "Alert", unique: true });

async function pageOfAlerts(of: Omit<Spread, "table" | "only">, newest: boolean, place: Place, limit: number, signal?: AbortSignal): Promise<ListPage<Placed<Alert>>> {
  const only = (await app.session.seesPeople()) ? [...read.ALERT, ...read.ALERT_PEOPLE] : read.ALERT;
  const list = { table: app.config.alertsTable, only, ...of };
  const shards = of.key === "Store" ? 1 : app.config.shards;
  const page = await pageOf((most, down, from) => firstRows<Alert>((query) => app.db.query<Alert>(query, signal), list, shards, most, down, from), newest, place, limit);
  return { ...page, rows: page.rows.filter(isAlert) };
}
