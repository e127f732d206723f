import { app } from "../app";
import type { Outlook } from "./forecasts";
import { FEW_STORES } from "./model";
import { shardsOf } from "./shards";

type Availability = NonNullable<Outlook["Availability"]>;

/** Availability in each window, and of how many stores it is known. */
export interface Shelf {
  shelves: Availability[];
  stores: number;
}

/**
 * That of every store that has a forecast (`stores` null), or of some. Of a whole chain it is their sum, as Look-Ahead gathers it once a day: a store takes
 * a hundred bytes.
 */
export async function readAvailability(stores: ReadonlySet<string> | null): Promise<Shelf> {
  const { forecastsTable: table, shards } = app.config;
  const all = { table, where: "#Store = :all AND #Part = :part", values: { ":all": "*", ":part": "availability" } };
  const [gathered] = stores ? [] : (await app.db.query<{ Availability: Availability; Stores: number }>({ ...all, only: ["Availability", "Stores"] })).rows;
  if (gathered && gathered.Stores > FEW_STORES) return { shelves: [gathered.Availability], stores: gathered.Stores };
  const list = { table, index: "BySoon", where: "#All = :all", only: ["Store", "Availability"] };
  const each = shardsOf("all", shards).map((shard) => app.db.queryAll<Pick<Outlook, "Store" | "Availability">>({ ...list, values: { ":all": shard } }));
  const shelves = (await Promise.all(each)).flat().filter(({ Store }) => stores?.has(Store) ?? true).map((store) => store.Availability).filter((known) => known !== undefined);
  return { shelves, stores: shelves.length };
}
