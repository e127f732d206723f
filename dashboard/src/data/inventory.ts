import type { DynamoDB, Page, Query } from "../aws/dynamodb";
import type { Config } from "../config";
import type { AlertPulse, UploadPulse } from "./changes";
import { acknowledgement, ALL_STORES, isAlert, type Alert, type Row, type Short, type StoreSummary, type Upload } from "./model";
import * as read from "./model";

type Key = Record<string, string | number | boolean>;

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

/** How many newest uploads and alerts the pulse compares. */
const PULSE = 8;

/** An acknowledgement goes away so long after it was made. */
const KEEP_ACKNOWLEDGEMENT_MS = 400 * 24 * 3600_000;

/** A store's summary; one whose first upload is being loaded has no counts yet. */
function counted(found: Partial<StoreSummary>): StoreSummary {
  return { Store: "", Items: 0, Units: 0, Out: 0, Low: 0, ...found };
}

/** The questions that the dashboard asks of the tables. */
export class Inventory {
  constructor(
    private readonly db: DynamoDB,
    private readonly config: Config,
    /** Whether who looks may see who did something, and not only what and when. */
    private readonly seesPeople: () => Promise<boolean>,
  ) {}

  async pulse(): Promise<{ uploads: UploadPulse[]; alerts: AlertPulse[] }> {
    const [uploads, alerts] = await Promise.all([
      this.db.query<UploadPulse>({
        table: this.config.uploadsTable,
        where: "#Scope = :scope",
        values: { ":scope": "all" },
        only: ["Token", "State", "PartsDone", "RowsDone", "Stores", "StoreCount", "Finished"],
        descending: true,
        limit: PULSE,
      }),
      this.db.query<AlertPulse>({
        table: this.config.alertsTable,
        index: "ByTime",
        where: "#Log = :log",
        values: { ":log": "all" },
        only: ["Store", "Alert", "ClosedAt"],
        descending: true,
        limit: PULSE,
      }),
    ]);
    return { uploads: uploads.rows, alerts: alerts.rows };
  }

  /** Every store's summary. */
  async stores(): Promise<StoreSummary[]> {
    return (await this.db.all<Partial<StoreSummary>>(this.config.storesTable, read.SUMMARY)).map(counted).filter(({ Store }) => Store !== ALL_STORES);
  }

  async summaries(stores: Iterable<string>): Promise<StoreSummary[]> {
    const keys = [...stores].map((Store) => ({ Store }));
    return (await this.db.batchGet<Partial<StoreSummary>>(this.config.storesTable, keys, read.SUMMARY)).map(counted);
  }

  /** Items of a store in the order of their names. */
  items(store: string, prefix: string, place: Place, limit: number, descending: boolean, signal?: AbortSignal): Promise<ListPage<Row>> {
    const where = "#Store = :store" + (prefix ? " AND begins_with(#Item, :prefix)" : "");
    const values = { ":store": store, ...(prefix ? { ":prefix": prefix } : {}) };
    return this.#list<Row>({ table: this.config.inventoryTable, where, values, only: read.ROW, descending }, place, limit, signal);
  }

  /** All items of a store with the prefix, page by page, for the export. */
  async *everyItem(store: string, prefix: string, signal: AbortSignal): AsyncGenerator<Row[]> {
    const where = "#Store = :store" + (prefix ? " AND begins_with(#Item, :prefix)" : "");
    const values = { ":store": store, ...(prefix ? { ":prefix": prefix } : {}) };
    let after: Key | undefined;
    do {
      const page = await this.db.query<Row>({ table: this.config.inventoryTable, where, values, only: read.ROW, after }, signal);
      yield page.rows;
      after = page.next ?? undefined;
    } while (after);
  }

  /** What is short in all stores, longest first. */
  short(short: Short, place: Place, limit: number, signal?: AbortSignal): Promise<ListPage<Row>> {
    return this.#list<Row>(
      { table: this.config.inventoryTable, index: "ShortItems", where: "#Short = :short", values: { ":short": short }, only: read.ROW },
      place,
      limit,
      signal,
    );
  }

  /**
   * What is short in one store. There are two ways to it, and both read rows that they drop: all rows of the store, or what is
   * short in all stores. Taken is the one that reads less.
   */
  async *shortInStore(store: string, short: Short, prefix: string, cost: { items: number; shortEverywhere: number }, signal: AbortSignal): AsyncGenerator<Row[]> {
    const byStore = cost.items <= cost.shortEverywhere;
    const values: Key = { ":store": store, ":short": short };
    if (prefix) values[":prefix"] = prefix;
    const starts = prefix ? " AND begins_with(#Item, :prefix)" : "";
    let after: Key | undefined;
    do {
      const page: Page<Row> = await this.db.query<Row>(
        byStore
          ? { table: this.config.inventoryTable, where: "#Store = :store" + starts, filter: "#Short = :short", values, only: read.ROW, after }
          : {
              table: this.config.inventoryTable,
              index: "ShortItems",
              where: "#Short = :short",
              filter: "#Store = :store" + starts,
              values,
              only: read.ROW,
              after,
            },
        signal,
      );
      yield page.rows;
      after = page.next ?? undefined;
    } while (after);
  }

  /** One item's row in each of the stores that have it. */
  everywhere(item: string, stores: Iterable<string>, arrived?: (rows: Row[]) => void): Promise<Row[]> {
    const keys = [...stores].map((Store) => ({ Store, Item: item }));
    return this.db.batchGet<Row>(this.config.inventoryTable, keys, read.ROW, arrived);
  }

  /** The rows of some items in some stores, for the heat map. */
  cells(stores: string[], items: string[]): Promise<Row[]> {
    const keys = stores.flatMap((Store) => items.map((Item) => ({ Store, Item })));
    return this.db.batchGet<Row>(this.config.inventoryTable, keys, ["Store", "Item", "Count", "Short", "Since"]);
  }

  /** Item names that start so, looked up in a few stores: there is no catalogue of items over all stores. */
  async suggest(prefix: string, stores: string[], limit: number, signal: AbortSignal): Promise<string[]> {
    const pages = await Promise.all(
      stores.map((store) =>
        this.db.query<Pick<Row, "Item">>(
          {
            table: this.config.inventoryTable,
            where: "#Store = :store AND begins_with(#Item, :prefix)",
            values: { ":store": store, ":prefix": prefix },
            only: ["Item"],
            limit,
          },
          signal,
        ),
      ),
    );
    return [...new Set(pages.flatMap((page) => page.rows.map((row) => row.Item)))].sort().slice(0, limit);
  }

  async uploads(place: Place, limit: number, signal?: AbortSignal): Promise<ListPage<Upload>> {
    const only = await this.#uploadReads();
    return this.#list<Upload>(
      { table: this.config.uploadsTable, where: "#Scope = :scope", values: { ":scope": "all" }, only, descending: true },
      place,
      limit,
      signal,
    );
  }

  async upload(token: string): Promise<Upload | null> {
    const page = await this.db.query<Upload>({
      table: this.config.uploadsTable,
      where: "#Scope = :scope AND #Token = :token",
      values: { ":scope": "all", ":token": token },
      only: await this.#uploadReads(),
    });
    return page.rows[0] ?? null;
  }

  async openAlerts(open: Short, place: Place, limit: number, signal?: AbortSignal): Promise<ListPage<Alert>> {
    const only = await this.#alertReads();
    const list = { table: this.config.alertsTable, index: "OpenAlerts", where: "#Open = :open", values: { ":open": open }, only };
    return this.#acknowledged(await this.#list<Alert>(list, place, limit, signal));
  }

  async alertLog(store: string, place: Place, limit: number, signal?: AbortSignal): Promise<ListPage<Alert>> {
    const list: Pick<Query, "index" | "where" | "values"> = store
      ? { where: "#Store = :store", values: { ":store": store } }
      : { index: "ByTime", where: "#Log = :log", values: { ":log": "all" } };
    const only = await this.#alertReads();
    return this.#acknowledged(
      await this.#list<Alert>({ table: this.config.alertsTable, descending: true, only, ...list }, place, limit, signal),
    );
  }

  itemAlerts(item: string, limit: number): Promise<ListPage<Alert>> {
    return this.#list<Alert>(
      { table: this.config.alertsTable, index: "ByItem", where: "#Item = :item", values: { ":item": item }, only: read.ALERT, descending: true },
      {},
      limit,
    );
  }

  /** Touches the key of the acknowledgement and its own attributes only: that is what the signed-in role may write. */
  acknowledge(alert: Alert, by: string, note: string, at: Date): Promise<void> {
    const expires = Math.ceil((at.getTime() + KEEP_ACKNOWLEDGEMENT_MS) / 1000);
    return this.db.update(
      this.config.acknowledgementsTable,
      { Store: alert.Store, Alert: alert.Alert },
      "SET #AckBy = :by, #AckAt = :at, #AckNote = :note, #Expires = :expires",
      { ":by": by, ":at": at.toISOString(), ":note": note, ":expires": expires },
      "attribute_not_exists(#AckAt)",
    );
  }

  /** The alerts of a page with their acknowledgements, for who may see them. */
  async #acknowledged(page: ListPage<Alert>): Promise<ListPage<Alert>> {
    const alerts = page.rows.filter(isAlert);
    if (!alerts.length || !(await this.seesPeople())) return { ...page, rows: alerts };
    const keys = alerts.map(({ Store, Alert }) => ({ Store, Alert }));
    const found = await this.db.batchGet<Key>(this.config.acknowledgementsTable, keys, read.ACKNOWLEDGEMENT);
    const known = new Map(found.map((item) => [`${item["Store"]}\n${item["Alert"]}`, acknowledgement(item)]));
    const rows = alerts.map((alert): Alert => {
      const acknowledged = known.get(`${alert.Store}\n${alert.Alert}`);
      return acknowledged ? { ...alert, acknowledged } : alert;
    });
    return { ...page, rows };
  }

  async #uploadReads(): Promise<string[]> {
    return (await this.seesPeople()) ? [...read.UPLOAD, ...read.UPLOAD_PEOPLE] : read.UPLOAD;
  }

  async #alertReads(): Promise<string[]> {
    return (await this.seesPeople()) ? [...read.ALERT, ...read.ALERT_PEOPLE] : read.ALERT;
  }

  async #list<T>(
    query: Query,
    place: Place,
    limit: number,
    signal?: AbortSignal,
  ): Promise<ListPage<T>> {
    const backwards = Boolean(place.before ?? place.last);
    // One row more than wanted tells whether there is a next page.
    const page = await this.db.query<T>(
      {
        ...query,
        descending: backwards !== Boolean(query.descending),
        after: place.before ?? place.after,
        limit: limit + 1,
      },
      signal,
    );
    const more = page.rows.length > limit;
    const rows = page.rows.slice(0, limit);
    if (backwards) return { rows: rows.reverse(), previous: more, next: Boolean(place.before) };
    return { rows, previous: Boolean(place.after), next: more };
  }
}
