import { app } from "../app";
import { LIKELY } from "./ahead";
import { readSoonest, type Outlook } from "./forecasts";
import type { Row } from "./model";
import type { Spread } from "./shards";

/** An item that is likely out soon, as it was foreseen, and its count of now; undefined: the store does not have it any more. */
export type Soonest = Outlook["Top"][number] & { Store: string; now: number | undefined };

/** What is likely out soon in any store, or in some of them, most likely first, and when the oldest of these forecasts was made; undefined: there are none. */
export async function readSoonestItems(limit: number, keep?: Spread["keep"]): Promise<{ items: Soonest[]; oldest: string | undefined }> {
  // Each of the first few items is of one of as many stores: those whose likeliest items are the likeliest.
  const stores = await readSoonest(limit, keep);
  const likely = stores
    .flatMap((store) => store.Top.map((item) => ({ ...item, Store: store.Store })))
    .filter((item) => item.Soon >= LIKELY)
    .sort((a, b) => b.Soon - a.Soon || b.Lost - a.Lost)
    .slice(0, limit);
  const rows = await app.db.batchGet<Row>(app.config.inventoryTable, likely.map(({ Store, Item }) => ({ Store, Item })), ["Store", "Item", "Count"]);
  const now = (item: { Store: string; Item: string }) => rows.find((row) => row.Store === item.Store && row.Item === item.Item)?.Count;
  return { items: likely.map((item) => ({ ...item, now: now(item) })), oldest: stores.map((store) => store.At).sort()[0] };
}
