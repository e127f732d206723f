import { app } from "../app";
import { pageOf, type ListPage, type Place } from "./inventory";
import type { Row, Short } from "./model";
import type { Key } from "./shards";

/** More rows than this are not kept in memory. */
export const MOST_GATHERED = 5000;

/** What is out or low in a store, of the items that begin so. `found` is told how many there are so far. */
export async function gatherShort(
  store: string,
  short: Short,
  find: string,
  signal: AbortSignal,
  found?: (rows: number) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of app.inventory.shortInStore(store, short, find, signal)) {
    rows.push(...page);
    found?.(rows.length);
    if (rows.length >= MOST_GATHERED) break;
  }
  return rows;
}

const order = (row: Partial<Row> | Key) => [row.Since, row.Store, row.Item].join("\n");

/** A page of rows, of which the one that is short longest is the first. */
export function inOrder(rows: readonly Row[], place: Place, limit: number): Promise<ListPage<Row>> {
  const sorted = rows.map((row) => ({ row, at: order(row) })).sort((a, b) => (a.at < b.at ? -1 : 1));
  const first = (most: number, descending: boolean, from?: Key) => {
    const at = from && order(from);
    const there = descending ? sorted.toReversed() : sorted;
    const rest = at === undefined ? there : there.filter((one) => (descending ? one.at < at : one.at > at));
    return Promise.resolve(rest.slice(0, most).map(({ row }) => row));
  };
  return pageOf(first, false, place, limit);
}
