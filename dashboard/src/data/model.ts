/** The items of the tables, as docs/data-model.md describes them. */

import { plain } from "./shards";

export type Short = "out" | "low";

export interface Row {
  Store: string;
  Item: string;
  Count: number;
  ReorderPoint?: number;
  Short?: Short;
  Since?: string;
  /** Token of the upload that the count is from, where it was asked for. */
  AsOf?: string;
}

/** A row as pages know it: in the table, `out` and `low` name their shard, too. */
export function row<T extends Row>(found: T): T {
  return found.Short ? { ...found, Short: plain(found.Short) as Short } : found;
}

export interface StoreSummary {
  Store: string;
  Items: number;
  Units: number;
  Out: number;
  Low: number;
  /** When its last upload was loaded: epoch milliseconds; null: none was. */
  LastUpload: number | null;
}

/** As the table has it; a store whose first upload is being loaded has no counts yet. */
export type StoredSummary = Partial<Omit<StoreSummary, "LastUpload"> & { LastUploadAt: string }>;

/** Why a row was rejected, or a file refused: in English, and what that is made of; uploads of older versions have none. */
export interface Reason {
  Reason: string;
  Key?: string;
  Values?: Record<string, unknown>;
}

export interface RejectedRow extends Reason {
  Line: number;
  Store: string;
  Item: string;
  Count: string;
}

/** Something that was assumed of a file, or not read: in English, and as a key and the values of the sentence. */
export interface Note extends Record<string, unknown> {
  Key: string;
  Text: string;
}

export interface RepeatedRow {
  Line: number;
  LastLine: number;
  Store: string;
  Item: string;
}

export interface Upload {
  Token: string;
  Key: string;
  VersionId?: string;
  Size?: number;
  At: string;
  /** Who sent it, mostly as they say. For people who signed in only. */
  By?: string;
  /** failed: the last try failed; it is loaded when an engineer has mended the fault and redrives it. checked: a check's. */
  State: "loading" | "loaded" | "refused" | "failed" | "checked" | "withdrawn";
  /** Who withdrew it last, or took that back (Back). AsOf begins with the time. For people who signed in only. */
  Withdrawal?: { AsOf: string; Back: boolean; By: string; Why: string };
  /** For people who signed in only: it may quote the file. */
  Reason?: string;
  /** What it is made of. For people who signed in only. */
  ReasonOf?: Reason;
  /** With refused: it is loaded if its sender insists. */
  MayInsist?: boolean;
  Mode?: "rows" | "snapshot" | "removal";
  Stores?: string[];
  StoreCount?: number;
  Rows?: number;
  Changed?: number;
  Unchanged?: number;
  Superseded?: number;
  Repeated?: number;
  Rejected?: number;
  Removed?: number;
  /** Repeated rows with another count than the one that counts. For people who signed in only. */
  Conflicting?: number;
  /** What was assumed of the file, and what was not read. For people who signed in only. */
  Notes?: Note[];
  /** For people who signed in only. */
  FirstRejected?: RejectedRow[];
  FirstRepeated?: RepeatedRow[];
  RejectedKey?: string;
  /** Stores that it is the first upload of, at most 10 of them. For people who signed in only. */
  NewStores?: string[];
  NewStoreCount?: number;
  Parts?: number;
  PartsDone?: number;
  RowsDone?: number;
  Finished?: string;
}

/** How many there are, and the first of them. */
export interface Some<Found> {
  Count: number;
  First: Found[];
}

/** A row that an upload would change. No Count: it is delisted. No Previous: the store does not have the item yet. */
export interface Change {
  Store: string;
  Item: string;
  Count?: number | null;
  Previous?: number | null;
}

export type ChangeKind = "NewItems" | "ToZero" | "OtherCounts" | "Delisted";

export type Changes = Record<ChangeKind, Some<Change>> & {
  NewStores: Some<{ Store: string; Items: number }>;
  Removals: Some<{ Store: string; Removed: number; Items: number }>;
};

export type Column = "Store" | "Item" | "Count" | "ReorderPoint";

/** What of a format is said here, by the names that Load-Inventory has for it: first of all the titles of columns. */
export type Format = Partial<Record<"store" | "item" | "count" | "reorder_point", string[]>> & { encoding?: string; thousands?: string; decimal?: string; add_up?: boolean };

/** The answer to a check: the record that the upload would have. No Changes: they were not compared. */
export interface Check {
  Upload: Upload;
  /** The titles of all columns, and which of them is what, as far as that is known. */
  Columns?: { Titles: string[] } & Partial<Record<Column, string>>;
  /** As they were understood. */
  FirstRows?: { Line: number; Store: string; Item: string; Count: number; ReorderPoint: number | null }[];
  Changes?: Changes;
}

/** Whether a record is a check's. */
export function isCheck(upload: Upload): boolean {
  return upload.Key.startsWith("checks/");
}

export const EVENTS = ["OUT_OF_STOCK", "LOW_STOCK", "BACK_IN_STOCK", "RUNS_OUT_SOON"] as const;

export interface Alert {
  Store: string;
  Alert: string;
  Item: string;
  Event: (typeof EVENTS)[number];
  Count: number;
  Previous?: number;
  /** With RUNS_OUT_SOON: in so many days it will be out; no Last: maybe not within 60 days. */
  First?: number;
  Last?: number;
  At: string;
  Upload?: string;
  UploadKey?: string;
  /** For people who signed in only. */
  UploadedBy?: string;
  State?: "claimed" | "sent" | "held" | "quiet" | "waits";
  /** While the item is out or low: which, and its shard. */
  Open?: string;
  ClosedAt?: string;
}

/** Whether an item has what every alert has. */
export function isAlert(item: Partial<Alert>): item is Alert {
  return [item.Store, item.Alert, item.Item, item.Event].every((text) => typeof text === "string") && !Number.isNaN(Date.parse(item.At ?? ""));
}

/** The item `*` of table Stores holds what is set for all stores; it is no store. */
export const ALL_STORES = "*";

/** So many stores are read one by one. Of a chain with more, the functions keep what a page needs (docs/decisions/1203). */
export const FEW_STORES = 120;

/** A store whose last upload is older than this is shown as stale. */
const STALE_AFTER_MS = 24 * 3600_000;

export function isStale(store: StoreSummary, now: number): boolean {
  return store.LastUpload === null || now - store.LastUpload > STALE_AFTER_MS;
}

/** in: `uploads/Berlin/count.csv`, out: `Berlin`; null for a file in no store's folder. */
export function folder(key: string): string | null {
  const folders = key.split("/").slice(1, -1);
  return folders[0] ?? null;
}

/** in: `uploads/Berlin/count.csv`, out: `count.csv`. */
export function fileName(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** Who sent it, without the machine part of an AWS principal (`AWS:AIDA…:till-7` is `till-7`). */
export function person(by: string | undefined): string {
  if (!by) return "";
  const aws = /^AWS:[^:]+:(.+)$/.exec(by);
  return aws?.[1] ?? by;
}

// ---- What of it is read. Guests may name no other attributes (GuestRole in template.yaml); who signed in reads who it
// was, too.

export const ROW = ["Store", "Item", "Count", "ReorderPoint", "Short", "Since"];

export const ROW_AS_OF = [...ROW, "AsOf"];

export const SUMMARY = ["Store", "Items", "Units", "Out", "Low", "LastUploadAt"];

/** The reorder point of all items of a store, and whether there are some of single ones. */
export const STORE_POINT = ["Store", "ReorderPoint", "PointsVersion"];

/** One that was set for an item. */
export const POINT = ["Store", "Item", "ReorderPoint"];

export const POINT_PEOPLE = ["SetBy", "AsOf"];

export const UPLOAD = [
  ...["Token", "Key", "VersionId", "Size", "At", "State", "Mode", "Stores", "StoreCount"],
  ...["Rows", "Changed", "Unchanged", "Superseded", "Repeated", "Rejected", "Removed", "FirstRepeated", "RejectedKey"],
  ...["Parts", "PartsDone", "RowsDone"],
];

/** Who sent it, and what was in the file where that is no count: a reason may quote it. */
export const UPLOAD_PEOPLE = ["By", "Reason", "ReasonOf", "MayInsist", "FirstRejected", "Notes", "Conflicting", "Withdrawal", "NewStores", "NewStoreCount"];

export const ALERT = ["Store", "Alert", "Item", "Event", "Count", "Previous", "First", "Last", "At", "Upload", "UploadKey", "State", "Open", "ClosedAt"];

export const ALERT_PEOPLE = ["UploadedBy"];

export const ACKNOWLEDGEMENT = ["Store", "Alert", "AckBy", "AckAt", "AckNote", "Kind", "Of", "Until"];

export const PACK = ["Pack", "Changes"];

/** Of the ledger of a store: which uploads there were, and which of them say nothing any more. */
export const LEDGER = ["Token", "Withdrawn"];

/** Of the forecast of a store: what was told of it as a whole, and the forecasts of its items. */
export const OUTLOOK = ["Store", "At", "Day", "Parts", "Soon", "Lost", "Likely", "Top", "Known", "Availability"];

export const FORECASTS = [...OUTLOOK, "Part", "Items"];

export const CATALOGUE_HEAD = ["Version", "Parts", "ShortParts", "Items", "At", "Counted"];

export const CATALOGUE_PACK = ["Part", "Entries", "Changes"];
