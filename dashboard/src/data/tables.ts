/** The tables on screen as files: all pages of what the filter lets through, with all columns. */

import { app } from "../app";
import { alertLog } from "./alerts";
import type { Acknowledgement } from "./acknowledgements";
import type { Cell, Table } from "./csv";
import type { ListPage, Place } from "./inventory";
import { person, type Alert, type Row, type StoreSummary, type Upload } from "./model";
import { heldFor, readPoints } from "./points";
import { sayings } from "./sayings.svelte";
import type { Key, Placed, Spread } from "./shards";

/** Rows that are read at a time. */
const ROWS = 250;

const OF_ALERT = ["store", "item", "event", "previous", "count", "at", "closed_at", "upload", "uploaded_by"];
const OF_SAYING = ["handling", "until", "by", "note"];

/** Alerts that are read already. */
export function alertTable(name: string, alerts: readonly Alert[]): Table {
  return { name, titles: [...OF_ALERT, ...OF_SAYING], rows: [alerts.map(alertLine)] };
}

/** The log of alerts: of a store, of an event, of a group. */
export function logTable(store: string, event: string, keep: Spread["keep"]): Table {
  const read = (place: Place) => alertLog(store, event, place, ROWS, undefined, keep);
  const key = ({ Store, Alert, At, shard }: Placed<Alert>): Key => (store ? { Store, Alert } : { Log: shard ?? "all", At, Store, Alert });
  return { name: ["alerts", store, event].filter(Boolean).join("-") + ".csv", titles: [...OF_ALERT, ...OF_SAYING], rows: logLines(allPages(read, key)) };
}

async function* logLines(pages: AsyncIterable<Placed<Alert>[]>): AsyncGenerator<Cell[][]> {
  for await (const alerts of pages) {
    await sayings.ask(alerts);
    yield alerts.map(alertLine);
  }
}

function alertLine(alert: Alert): Cell[] {
  const { Store, Item, Event, Previous, Count, At, ClosedAt, UploadKey, Upload, UploadedBy } = alert;
  return [Store, Item, Event, Previous ?? "", Count, At, ClosedAt ?? "", UploadKey ?? Upload ?? "", person(UploadedBy), ...sayingLine(sayings.told(alert))];
}

function sayingLine(said: Acknowledgement | undefined): Cell[] {
  return said ? [said.kind, said.kind === "ack" ? "" : said.until, said.by, said.note] : ["", "", "", ""];
}

export function uploadTable(keep: Spread["keep"]): Table {
  const titles = ["file", "stores", "store_count", "by", "at", "state", "mode", "rows", "changed", "unchanged", "superseded", "repeated", "rejected", "delisted"];
  const key = ({ Token, shard }: Placed<Upload>): Key => ({ Scope: shard ?? "all", Token });
  const pages = allPages((place) => app.inventory.uploads(place, ROWS, undefined, keep), key);
  return { name: "uploads.csv", titles, rows: mapped(pages, uploadLine) };
}

function uploadLine(upload: Upload): Cell[] {
  const { Key, Stores = [], StoreCount = Stores.length, By, At, State, Mode = "" } = upload;
  const counts = [upload.Rows ?? upload.RowsDone, upload.Changed, upload.Unchanged, upload.Superseded, upload.Repeated, upload.Rejected, upload.Removed];
  return [Key, Stores.join(", "), StoreCount, person(By), At, State, Mode, ...counts.map((count) => count ?? "")];
}

export function storesTable(stores: readonly StoreSummary[]): Table {
  const line = ({ Store, Items, Units, Out, Low, LastUpload }: StoreSummary) => [Store, Items, Units, Out, Low, iso(LastUpload)];
  return { name: "stores.csv", titles: ["store", "items", "units", "out", "low", "last_upload"], rows: [stores.map(line)] };
}

const iso = (at: number | null) => (at === null ? "" : new Date(at).toISOString());

/** An item in some stores. */
export function whereTable(item: string, rows: readonly Row[]): Table {
  return { name: `${item}.csv`, titles: ["store", "item", "count", "low_at", "status", "since", "last_upload"], rows: whereLines(rows) };
}

async function* whereLines(rows: readonly Row[]): AsyncGenerator<Cell[][]> {
  const points = await readPoints(rows);
  yield rows.map((row) => [row.Store, row.Item, row.Count, heldFor(row, points)?.point ?? "", row.Short ?? "ok", row.Since ?? "", iso(app.stores.get(row.Store)?.LastUpload ?? null)]);
}

async function* mapped<T>(pages: AsyncIterable<T[]>, line: (row: T) => Cell[]): AsyncGenerator<Cell[][]> {
  for await (const rows of pages) yield rows.map(line);
}

/** All pages of a list, one after the other. */
async function* allPages<T>(read: (place: Place) => Promise<ListPage<T>>, key: (row: T) => Key): AsyncGenerator<T[]> {
  let after: Key | undefined;
  do {
    const { rows, next } = await read({ after });
    yield rows;
    const last = rows.at(-1);
    after = next && last ? key(last) : undefined;
  } while (after);
}
