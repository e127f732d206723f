import { app } from "../app";
import { csvLine } from "./csv";
import { ALL_STORES, POINT, POINT_PEOPLE, STORE_POINT, type Reason, type Row } from "./model";
import { sending } from "./sending.svelte";

/** A row of a store, as far as its reorder point depends on it. */
export type Place = Pick<Row, "Store" | "Item" | "ReorderPoint">;

/** A reorder point that was set for an item in a store, or in all of them; who did it (not for guests), by which request. */
export interface SetPoint {
  Store: string;
  Item: string;
  /** Absent where it was taken away. */
  ReorderPoint?: number;
  SetBy?: string;
  AsOf?: string;
}

/** The reorder points that were set: of items in stores, of an item in all stores (`*`), by `at`; of all items of a store, by store. */
export interface SetPoints {
  ofItem: ReadonlyMap<string, SetPoint>;
  ofStore: ReadonlyMap<string, number>;
}

/** What the reorder point of a row is from: set for it, from a file, set for the item everywhere, for its store, for everything. */
export type From = "item" | "file" | "everywhere" | "store" | "all";

export interface Held {
  point: number;
  from: From;
  set?: SetPoint;
}

export const at = (store: string, item: string) => `${store}\n${item}`;

/** The reorder point that holds for a row, the most specific one (docs/data-model.md); undefined: none. */
export function heldFor(row: Place, { ofItem, ofStore }: SetPoints): Held | undefined {
  const own = ofItem.get(at(row.Store, row.Item));
  const everywhere = ofItem.get(at(ALL_STORES, row.Item));
  const found: [From, number | undefined, SetPoint?][] = [
    ["item", own?.ReorderPoint, own],
    ["file", row.ReorderPoint],
    ["everywhere", everywhere?.ReorderPoint, everywhere],
    ["store", ofStore.get(row.Store)],
    ["all", ofStore.get(ALL_STORES)],
  ];
  for (const [from, point, set] of found) if (point !== undefined) return { point, from, ...(set && { set }) };
  return undefined;
}

interface OfStore {
  Store: string;
  ReorderPoint?: number;
  /** Absent if no reorder point of a single item was ever set. */
  PointsVersion?: number;
}

function put(stores: readonly OfStore[], points: readonly SetPoint[]): SetPoints {
  const general = stores.flatMap(({ Store, ReorderPoint }) => (ReorderPoint === undefined ? [] : [[Store, ReorderPoint] as const]));
  return { ofItem: new Map(points.map((point) => [at(point.Store, point.Item), point])), ofStore: new Map(general) };
}

const readStores = (stores: Iterable<string>) =>
  app.db.batchGet<OfStore>(app.config.storesTable, [...new Set([...stores, ALL_STORES])].map((Store) => ({ Store })), STORE_POINT);

const wanted = async () => ((await app.session.seesPeople()) ? [...POINT, ...POINT_PEOPLE] : POINT);

/** The reorder points that were set for some rows. Where none ever was, only the stores are read. */
export async function readPoints(rows: readonly Place[]): Promise<SetPoints> {
  const stores = await readStores(rows.map(({ Store }) => Store));
  const set = new Set(stores.filter(({ PointsVersion }) => PointsVersion).map(({ Store }) => Store));
  const places = rows.flatMap(({ Store, Item }) => [Store, ALL_STORES].filter((store) => set.has(store)).map((store) => ({ Store: store, Item })));
  const keys = new Map(places.map((place) => [at(place.Store, place.Item), place]));
  return put(stores, keys.size ? await app.db.batchGet<SetPoint>(app.config.reorderPointsTable, [...keys.values()], await wanted()) : []);
}

/** All reorder points that were set for a store, for what goes through all of its rows. */
export async function readAllPoints(store: string): Promise<SetPoints> {
  const only = await wanted();
  const queries = [store, ALL_STORES].map((name) =>
    app.db.queryAll<SetPoint>({ table: app.config.reorderPointsTable, where: "#Store = :store", values: { ":store": name }, only }),
  );
  const [stores, ...points] = await Promise.all([readStores([store]), ...queries]);
  return put(stores, points.flat());
}

/** What is to be set for a row; null: what was set for it is taken away. */
export interface Wish {
  Store: string;
  Item: string;
  point: number | null;
}

/** What Load-Inventory answers: how many it set, or why nothing. */
export type PointsAnswer =
  | { Set: number; Removed: number; Superseded: number }
  | { Refused: string; ReasonOf?: Reason; Mistakes?: number; First?: ({ Line: number } & Reason)[] };

/** Whether this person may set reorder points of a store. IAM decides; this only keeps away what would fail. */
export const maySet = (store: string) => app.session.maySendTo(store);

/** Sets reorder points, all of them or none, and waits for the answer. */
export function setPoints(wishes: readonly Wish[]): Promise<PointsAnswer> {
  const lines = wishes.map(({ Store, Item, point }) => csvLine([Store, Item, point ?? ""]));
  return sendPoints(app.session.manager ? "" : (app.session.store ?? ""), new File([csvLine(["store", "item", "reorder_point"]), ...lines], "points.csv"));
}

/** Sends a file with reorder points of a store (""; of any) and waits for the answer. */
export const sendPoints = (store: string, file: File) => sending.ask<PointsAnswer>("points", store, file);

/** The largest number that is a reorder point has so many digits, as functions/read_file/csv_cells.py has it. */
const DIGITS = 15;

/** Whether what somebody types is a reorder point, or none. */
export const isPoint = (text: string) => /^\d*$/.test(text) && text.length <= DIGITS;

const RECOUNTED_MS = 3000;

/** Has a page read again what was set, and once more when Load-Inventory has probably marked the rows as they should be. */
export function afterSetting(read: () => void): void {
  read();
  setTimeout(read, RECOUNTED_MS);
}
