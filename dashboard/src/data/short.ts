import type { Inventory } from "./inventory";
import type { Row, Short } from "./model";

/** More rows than this are not kept in memory. */
export const MOST_GATHERED = 5000;

/** What is out or low in a store, of the items that begin so. `found` is told how many there are so far. */
export async function gatherShort(
  inventory: Inventory,
  store: string,
  short: Short,
  find: string,
  signal: AbortSignal,
  found?: (rows: number) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of inventory.shortInStore(store, short, find, signal)) {
    rows.push(...page);
    found?.(rows.length);
    if (rows.length >= MOST_GATHERED) break;
  }
  return rows;
}
