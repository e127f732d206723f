import type { App } from "../app";
import type { Row, Short } from "./model";

/** More rows than this are not kept in memory. */
export const MOST_GATHERED = 5000;

/** What is out or low in a store, of the items that begin so. `found` is told how many there are so far. */
export async function gatherShort(app: App, store: string, short: Short, find: string, signal: AbortSignal, found?: (rows: number) => void): Promise<Row[]> {
  const known = app.stores.get(store);
  const totals = app.stores.totals;
  const cost = { items: known?.Items ?? 0, shortEverywhere: short === "out" ? totals.out : totals.low };
  const wanted = short === "out" ? known?.Out : known?.Low;
  const rows: Row[] = [];
  for await (const page of app.inventory.shortInStore(store, short, find, cost, signal)) {
    rows.push(...page);
    found?.(rows.length);
    if (rows.length >= MOST_GATHERED || (!find && wanted !== undefined && rows.length >= wanted)) break;
  }
  return rows;
}
