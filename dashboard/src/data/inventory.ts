import type { DynamoDB, Page, Query } from "../aws/dynamodb";
import type { Config } from "../config";
import type { AlertPulse, UploadPulse } from "./changes";
import { type Alert, type Row, type Short, type StoredSummary, type StoreSummary, type Upload } from "./model";
import * as read from "./model";
import { firstRows, shardsOf, uploadScopes, type Key, type Placed, type Spread } from "./shards";

/** Where a page of a list starts. Going backwards keeps a link to the previous page cheap: no offsets, only keys. */
export interface Place {
  after?: Key | undefined;
  /** Rows before this key, the nearest ones. */
  before?: Key | undefined;
  /** The last rows of the list. */
  last?: boolean | undefined;
}

export interface ListPage<T> {
  rows: T[];
  /** Whether there are rows before and after these. */
  previous: boolean;
  next: boolean;
}

type Keep = Spread["keep"];

/** How many newest uploads and alerts the pulse looks at. */
const PULSE = 8;

/** What belongs to all stores: lists of uploads and of alerts. */
const UPLOADS = { key: "Scope", name: "all", range: "Token", unique: true };
const LOG = { index: "ByTime", key: "Log", name: "all", range: "At" };

export function counted({ LastUploadAt, ...found }: StoredSummary): StoreSummary {
  return { Store: "", Items: 0, Units: 0, Out: 0, Low: 0, ...found, LastUpload: LastUploadAt ? Date.parse(LastUploadAt) : null };
}

/** The questions that the dashboard asks of the tables. */
export class Inventory {
  constructor(
    private readonly db: DynamoDB,
    private readonly config: Config,
    /** Whether who looks may see who did something, and not only what and when. */
    private readonly seesPeople: () => Promise<boolean>,
  ) {}

  /**
   * A mark of what is newest in one of the shards: as long as it stays the same, nothing happened there. What is new moves the place where
   * the next ones would be; what becomes of the newest few is in their attributes.
   */
  async mark(of: "uploads" | "alerts", shard: number): Promise<string> {
    const list =
      of === "uploads"
        ? { ...UPLOADS, table: this.config.uploadsTable, only: ["State", "PartsDone", "RowsDone", "Finished"] }
        : { ...LOG, table: this.config.alertsTable, only: ["ClosedAt"] };
    const values = { ":shard": shardsOf(list.name, this.config.shards)[shard] ?? list.name };
    return JSON.stringify(await this.db.query({ ...list, where: `#${list.key} = :shard`, values, descending: true, limit: PULSE }));
  }

  /** The newest uploads and alerts, as far as it matters what changed. */
  async newest(): Promise<{ uploads: UploadPulse[]; alerts: AlertPulse[] }> {
    const [uploads, alerts] = await Promise.all([
      this.#first<UploadPulse>({ ...UPLOADS, table: this.config.uploadsTable, only: ["Token", "State", "PartsDone", "RowsDone", "Stores", "StoreCount", "Finished"] }, PULSE, true),
      // The key of an alert begins with its time, too.
      this.#first<AlertPulse>({ ...LOG, range: "Alert", table: this.config.alertsTable, only: ["Store", "Alert", "ClosedAt"] }, PULSE, true),
    ]);
    return { uploads, alerts };
  }

  async summaries(stores: Iterable<string>): Promise<StoreSummary[]> {
    const keys = [...stores].map((Store) => ({ Store }));
    return (await this.db.batchGet<StoredSummary>(this.config.storesTable, keys, read.SUMMARY)).map(counted);
  }

  /** Items of a store in the order of their names. */
  items(store: string, prefix: string, place: Place, limit: number, descending: boolean, signal?: AbortSignal): Promise<ListPage<Row>> {
    return this.#list<Row>({ ...this.#itemsOf(store, prefix), descending }, place, limit, signal).then(plainRows);
  }

  /** All items of a store with the prefix, page by page, for the export. */
  everyItem(store: string, prefix: string): AsyncGenerator<Row[]> {
    return this.#pages(this.#itemsOf(store, prefix));
  }

  #itemsOf(store: string, prefix: string): Query {
    const where = "#Store = :store" + (prefix ? " AND begins_with(#Item, :prefix)" : "");
    return { table: this.config.inventoryTable, where, values: { ":store": store, ...(prefix ? { ":prefix": prefix } : {}) }, only: read.ROW };
  }

  async *#pages(list: Query, signal?: AbortSignal): AsyncGenerator<Row[]> {
    let after: Key | undefined;
    do {
      const page: Page<Row> = await this.db.query<Row>({ ...list, after }, signal);
      yield page.rows.map(read.row);
      after = page.next ?? undefined;
    } while (after);
  }

  /** What is short in all stores, longest first. */
  short(short: Short, place: Place, limit: number, signal?: AbortSignal, keep?: Keep): Promise<ListPage<Placed<Row>>> {
    const list = { table: this.config.inventoryTable, index: "ShortItems", key: "Short", name: short, range: "Since", only: read.ROW, keep };
    return this.#spread<Row>(list, false, place, limit, signal).then(plainRows);
  }

  /** What is short in one store, of the items that begin so, page by page. */
  shortInStore(store: string, short: Short, prefix: string, signal: AbortSignal): AsyncGenerator<Row[]> {
    const list: Query = {
      table: this.config.inventoryTable,
      index: "ShortOfStore",
      where: "#Store = :store AND begins_with(#Short, :short)", // a shard has more behind it
      values: { ":store": store, ":short": short },
      only: read.ROW,
    };
    if (prefix) Object.assign(list, { filter: "begins_with(#Item, :prefix)", values: { ...list.values, ":prefix": prefix } });
    return this.#pages(list, signal);
  }

  /** One item's row in each of the stores that have it. */
  async everywhere(item: string, stores: Iterable<string>, arrived?: (rows: Row[]) => void): Promise<Row[]> {
    const keys = [...stores].map((Store) => ({ Store, Item: item }));
    return (await this.db.batchGet<Row>(this.config.inventoryTable, keys, read.ROW, (rows) => arrived?.(rows.map(read.row)))).map(read.row);
  }

  /** The rows of some items of one store, in their order, without those that it does not have. */
  async rowsOf(store: string, items: string[]): Promise<Row[]> {
    const keys = items.map((Item) => ({ Store: store, Item }));
    const found = new Map((await this.db.batchGet<Row>(this.config.inventoryTable, keys, read.ROW)).map((row) => [row.Item, read.row(row)]));
    return items.flatMap((item) => found.get(item) ?? []);
  }

  /** One item's row in each of some stores, and which upload it is from. */
  async asOf(item: string, stores: string[]): Promise<Row[]> {
    const keys = stores.map((Store) => ({ Store, Item: item }));
    return (await this.db.batchGet<Row>(this.config.inventoryTable, keys, read.ROW_AS_OF)).map(read.row);
  }

  /** The rows of some items in some stores, for the heat map. */
  async cells(stores: string[], items: string[]): Promise<Row[]> {
    const keys = stores.flatMap((Store) => items.map((Item) => ({ Store, Item })));
    return (await this.db.batchGet<Row>(this.config.inventoryTable, keys, ["Store", "Item", "Count", "Short", "Since"])).map(read.row);
  }

  /** The newest uploads; with `keep` those that touch one of these stores, and those of which it is not known: about very many, or refused unread. */
  async uploads(place: Place, limit: number, signal?: AbortSignal, keep?: Keep): Promise<ListPage<Upload>> {
    const touches = ({ Key = "", Stores = [], StoreCount = 0 }: Partial<Upload>) => {
      const named = Stores.length ? Stores : [read.folder(Key)].filter((store) => store !== null);
      return !named.length || StoreCount > named.length || named.some((Store) => keep?.({ Store }));
    };
    const list = { ...UPLOADS, table: this.config.uploadsTable, only: await this.#uploadReads(), keep: keep && (touches as Keep) };
    return this.#spread<Upload>(list, true, place, limit, signal);
  }

  async upload(token: string): Promise<Upload | null> {
    const only = await this.#uploadReads();
    const where = "#Scope = :scope AND #Token = :token";
    const pages = await Promise.all(
      uploadScopes(token, this.config.shards).map((scope) =>
        this.db.query<Upload>({ table: this.config.uploadsTable, where, values: { ":scope": scope, ":token": token }, only }),
      ),
    );
    return pages.flatMap((page) => page.rows)[0] ?? null;
  }

  /** The newest alerts of an item; with `keep` those of these stores. */
  itemAlerts(item: string, limit: number, keep?: Keep): Promise<ListPage<Alert>> {
    return this.#spread<Alert>({ table: this.config.alertsTable, index: "ByItem", key: "Item", name: item, range: "At", only: read.ALERT, keep }, true, {}, limit, undefined, 1);
  }

  async #uploadReads(): Promise<string[]> {
    return (await this.seesPeople()) ? [...read.UPLOAD, ...read.UPLOAD_PEOPLE] : read.UPLOAD;
  }

  /** A page of what lies under one key. */
  #list<T>(query: Query, place: Place, limit: number, signal?: AbortSignal): Promise<ListPage<T>> {
    const first = async (most: number, descending: boolean, after?: Key) => (await this.db.query<T>({ ...query, descending, after, limit: most }, signal)).rows;
    return pageOf(first, Boolean(query.descending), place, limit);
  }

  /** A page of what is spread over several. */
  #spread<T>(list: Spread, descending: boolean, place: Place, limit: number, signal?: AbortSignal, shards = this.config.shards): Promise<ListPage<Placed<T>>> {
    const first = (most: number, down: boolean, from?: Key) => firstRows<T>((query) => this.db.query<T>(query, signal), list, shards, most, down, from);
    return pageOf(first, descending, place, limit);
  }

  #first<T>(list: Spread, most: number, descending: boolean): Promise<Placed<T>[]> {
    return firstRows<T>((query) => this.db.query<T>(query), list, this.config.shards, most, descending);
  }
}

/** A page of a list, given how its first rows are read. */
export async function pageOf<T>(
  first: (most: number, descending: boolean, from?: Key) => Promise<T[]>,
  descending: boolean,
  place: Place,
  limit: number,
): Promise<ListPage<T>> {
  const backwards = Boolean(place.before ?? place.last);
  // One row more than wanted tells whether there is a next page.
  const found = await first(limit + 1, backwards !== descending, place.before ?? place.after);
  const more = found.length > limit;
  const rows = found.slice(0, limit);
  if (backwards) return { rows: rows.reverse(), previous: more, next: Boolean(place.before) };
  return { rows, previous: Boolean(place.after), next: more };
}

function plainRows<T extends Row>(page: ListPage<T>): ListPage<T> {
  return { ...page, rows: page.rows.map(read.row) };
}
