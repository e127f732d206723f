import type { Config } from "../config";
import type { DynamoDB } from "../aws/dynamodb";
import { counted } from "./inventory";
import { ALL_STORES, FEW_STORES, SUMMARY, type StoredSummary, type StoreSummary } from "./model";
import { unpacked } from "./packed";

interface Columns {
  stores: string[];
  items: number[];
  units: number[];
  out: number[];
  low: number[];
  /** Epoch seconds. */
  at: (number | null)[];
}

interface Pack {
  Part: string;
  Entries: Uint8Array<ArrayBuffer>;
}

/** A summary, and when it was read from the table; null: just now. */
export interface ReadSummary {
  summary: StoreSummary;
  at: string | null;
}

/** Reads the summaries of all stores: a few from the table itself, a chain's as they are packed (functions/keep_catalogue/pack_stores.py), and again only what is new. */
export class StoreList {
  /** By number: the newest pack, of which time it is, and what is in it. */
  readonly #packs = new Map<string, { at: string; stores: StoreSummary[] }>();
  #last = "";

  constructor(
    private readonly db: DynamoDB,
    private readonly config: Config,
  ) {}

  /** All of them, in no order. */
  async read(): Promise<ReadSummary[]> {
    if (this.#last) return this.#take(await this.#news());
    // Which of both it is, is not known before: who looks does not wait twice.
    const [few, packs] = await Promise.all([this.#scan(FEW_STORES), this.#news()]);
    if (few.complete) return justRead(few.rows);
    // A chain that has just become large is not packed before the next minute.
    return packs.length ? this.#take(packs) : justRead((await this.#scan()).rows);
  }

  /** The packs that were written since the last ones. */
  #news(): Promise<Pack[]> {
    const values = { ":stores": "stores", ":last": this.#last || " " };
    return this.db.queryAll<Pack>({ table: this.config.catalogueTable, where: "#Catalogue = :stores AND #Part > :last", values, only: ["Part", "Entries"] });
  }

  async #take(packs: Pack[]): Promise<ReadSummary[]> {
    for (const { Part, Entries } of packs) {
      const [at = "", number = ""] = Part.split("#");
      this.#packs.set(number, { at, stores: summaries(await unpacked<Columns>(Entries)) });
      this.#last = Part;
    }
    return [...this.#packs.values()].flatMap(({ at, stores }) => stores.map((summary) => ({ summary, at })));
  }

  async #scan(most?: number): Promise<{ rows: StoreSummary[]; complete: boolean }> {
    const { rows, complete } = await this.db.all<StoredSummary>(this.config.storesTable, SUMMARY, most);
    return { rows: rows.map(counted).filter(({ Store }) => Store !== ALL_STORES), complete };
  }
}

const justRead = (rows: StoreSummary[]): ReadSummary[] => rows.map((summary) => ({ summary, at: null }));

function summaries({ stores, items, units, out, low, at }: Columns): StoreSummary[] {
  return stores.map((Store, place) => {
    const seconds = at[place] ?? null;
    const LastUpload = seconds === null ? null : seconds * 1000;
    return { Store, Items: items[place] ?? 0, Units: units[place] ?? 0, Out: out[place] ?? 0, Low: low[place] ?? 0, LastUpload };
  });
}
