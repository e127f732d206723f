import type { Row } from "./model";

/** The stores and the items that occur most among short rows, most first; equally often: out before low, then by name. */
export function mostShort(rows: readonly Row[], stores: number, items: number): { stores: string[]; items: string[] } {
  const top = (nameOf: (row: Row) => string, among: readonly Row[], limit: number) => {
    const weights = new Map<string, number>();
    // An item that is out weighs a little more than one that is low, so that it decides where both are equal.
    for (const row of among) weights.set(nameOf(row), (weights.get(nameOf(row)) ?? 0) + (row.Short === "out" ? 1.01 : 1));
    return [...weights]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([name]) => name);
  };
  // Items first, then the stores that miss most of exactly these: the map is to show overlaps, not lonely cells.
  const chosen = top((row) => row.Item, rows, items);
  const known = new Set(chosen);
  return { stores: top((row) => row.Store, rows.filter((row) => known.has(row.Item)), stores), items: chosen };
}
