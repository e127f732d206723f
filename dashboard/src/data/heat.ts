import type { Row } from "./model";

export interface Missing {
  name: string;
  out: number;
  low: number;
}

function counted(rows: readonly Row[], nameOf: (row: Row) => string, limit: number): Missing[] {
  const found = new Map<string, Missing>();
  for (const row of rows) {
    const name = nameOf(row);
    const entry = found.get(name) ?? { name, out: 0, low: 0 };
    if (row.Short === "out") entry.out++;
    else entry.low++;
    found.set(name, entry);
  }
  return [...found.values()]
    .sort((a, b) => b.out + b.low - a.out - a.low || b.out - a.out || (a.name < b.name ? -1 : 1))
    .slice(0, limit);
}

/** The items that are short in most stores; equally often: out before low, then by name. */
export function missing(rows: readonly Row[], limit: number): Missing[] {
  return counted(rows, (row) => row.Item, limit);
}

/** The items that are short in most stores, and the stores that miss most of exactly these: the map is to show overlaps. */
export function mostShort(rows: readonly Row[], stores: number, items: number): { stores: string[]; items: string[] } {
  const chosen = missing(rows, items).map(({ name }) => name);
  const known = new Set(chosen);
  const theirs = counted(rows.filter((row) => known.has(row.Item)), (row) => row.Store, stores);
  return { stores: theirs.map(({ name }) => name), items: chosen };
}
