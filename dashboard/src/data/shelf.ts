import { app } from "../app";
import type { Outlook } from "./forecasts";
import { shardsOf } from "./shards";

/** The availability of every store that is wanted and has a forecast: it is known whole in the mornings. About a hundred bytes a store come over the wire. */
export async function readAvailability(wanted: (store: string) => boolean): Promise<NonNullable<Outlook["Availability"]>[]> {
  const list = { table: app.config.forecastsTable, index: "BySoon", where: "#All = :all", only: ["Store", "Availability"] };
  const shards = shardsOf("all", app.config.shards).map((shard) => app.db.queryAll<Pick<Outlook, "Store" | "Availability">>({ ...list, values: { ":all": shard } }));
  return (await Promise.all(shards)).flat().filter(({ Store }) => wanted(Store)).map((store) => store.Availability).filter((known) => known !== undefined);
}
