import type { DynamoDB } from "../aws/dynamodb";
import { AwsError } from "../aws/errors";
import { fold } from "./folding";
import { CATALOGUE_HEAD, CATALOGUE_PACK } from "./model";
import { unpacked } from "./packed";

/*
 * The catalogue: every item of the chain once. The functions keep it as a base, which is sorted and in parts, and what changed since
 * (docs/data-model.md). Differences may be added up in any order, each once.
 */

/** An item, over all stores. */
export interface Entry {
  item: string;
  folded: string;
  /** How many stores carry it, in how many it is out, and low; the sum of its counts. */
  stores: number;
  out: number;
  low: number;
  units: number;
}

export interface Head {
  /** Of the base, as all below; none was written yet: what is known are changes. */
  Version?: string;
  Parts?: number;
  ShortParts?: number;
  /** How many items are in it, and since when. */
  Items?: number;
  At?: string;
  /** Whether it was ever counted: if not, nothing is known. */
  Counted?: boolean;
}

/** All items, or those that are out or low anywhere: of these only `out` and `low` are known, as what changed since may be of others. */
export type Which = "items" | "short";

export interface Change {
  key: string;
  entries: Entry[];
}

/** Of the base, or a change. */
interface Pack {
  Part: string;
  Entries?: Uint8Array<ArrayBuffer>;
  Changes?: Uint8Array<ArrayBuffer>;
}

interface Columns {
  items: string[];
  stores: number[];
  out: number[];
  low: number[];
  units: number[];
}

/** How often a base is read that goes away meanwhile, as a newer one has come. */
const TRIES = 5;

export class CatalogueTable {
  constructor(
    private readonly db: DynamoDB,
    private readonly table: string,
  ) {}

  /** null: the catalogue was not counted yet. */
  async head(): Promise<Head | null> {
    const { rows } = await this.db.query<Head>({ ...this.#under("head"), only: CATALOGUE_HEAD, consistent: true });
    return rows[0]?.Counted ? rows[0] : null;
  }

  /** What changed, as far as it was written at that time or later; and the keys, as the next look will find some of it again. */
  async changes(since: string): Promise<Change[]> {
    const found = await this.db.queryAll<Pack>({ ...this.#under("deltas", since), only: CATALOGUE_PACK, consistent: true });
    return Promise.all(found.map(async (pack) => ({ key: pack.Part, entries: await entriesOf(pack.Changes) })));
  }

  /** The base and what changed since: both of one moment, as a new base takes changes in and away. */
  async whole(which: Which): Promise<{ base: Map<string, Entry>; changes: Change[] } | null> {
    for (let tries = 0; tries < TRIES; tries++) {
      const head = await this.head();
      if (!head) return null;
      const [parts, changes] = await Promise.all([
        head.Version ? this.db.queryAll<Pack>({ ...this.#under(`${which}#${head.Version}`), only: CATALOGUE_PACK, consistent: true }) : [],
        this.changes(""),
      ]);
      const isWhole = parts.length === ((which === "items" ? head.Parts : head.ShortParts) ?? 0);
      const [base, again] = await Promise.all([unpack(parts), this.head()]);
      if (isWhole && again?.Version === head.Version) return { base, changes };
    }
    throw new AwsError("busy", "CatalogueChanges", "the catalogue was written again and again while it was read");
  }

  #under(name: string, since = "") {
    const where = "#Catalogue = :name" + (since ? " AND #Part >= :since" : "");
    return { table: this.table, where, values: { ":name": name, ...(since ? { ":since": since } : {}) } };
  }
}

/** One part after the other, each in a moment: the page stays quick meanwhile. */
async function unpack(parts: readonly Pack[]): Promise<Map<string, Entry>> {
  const base = new Map<string, Entry>();
  for (const part of parts) for (const entry of await entriesOf(part.Entries)) base.set(entry.item, entry);
  return base;
}

export async function entriesOf(packed: Uint8Array<ArrayBuffer> | undefined): Promise<Entry[]> {
  if (!packed) return [];
  const { items, stores, out, low, units } = await unpacked<Columns>(packed);
  const at = (column: number[], place: number) => column[place] ?? 0;
  return items.map((item, place) => ({ item, folded: fold(item), stores: at(stores, place), out: at(out, place), low: at(low, place), units: at(units, place) }));
}

/** Adds differences to what is known. */
export function add(known: Map<string, Entry>, differences: readonly Entry[]): void {
  for (const one of differences) {
    const before = known.get(one.item);
    const sum = (name: "stores" | "out" | "low" | "units") => (before?.[name] ?? 0) + one[name];
    known.set(one.item, { ...one, stores: sum("stores"), out: sum("out"), low: sum("low"), units: sum("units") });
  }
}

export const byName = (a: Entry, b: Entry) => (a.folded < b.folded ? -1 : a.folded > b.folded ? 1 : a.item < b.item ? -1 : 1);

/** What is missing in most stores first; equally often: out before low, then by name. */
export const byMissing = (a: Entry, b: Entry) => b.out + b.low - a.out - a.low || b.out - a.out || byName(a, b);
