import type { Page, Query } from "../aws/dynamodb";

/*
 * What belongs to all stores is spread over several keys: `out` is shard 0, `out.07` shard 7 (functions/stock/shards.py).
 * A list of it is read from all of them, and merged.
 */

export type Key = Record<string, string | number | boolean>;

export interface Spread extends Pick<Query, "table" | "index" | "only"> {
  /** The attribute of the key, and its plain name, such as Short and out. */
  key: string;
  name: string;
  /** The attribute by which the rows are in order. */
  range: string;
  /** Whether no two rows have the same. */
  unique?: boolean;
  /** Which rows are wanted, if not all. They may be rare: then whole pages are read, instead of as many rows as are wanted. */
  wanted?: { filter: string; values: Key };
  /** The same, where only the browser can tell, such as the stores of a group. */
  keep?: ((row: { Store: string }) => boolean) | undefined;
}

/** So many rows are read at a time where only some of them are wanted. */
const MOST_OF_SOME = 250;

/** A row, and the key that it was read from. */
export type Placed<T> = T & { shard?: string };

export function shardsOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => (number ? `${name}.${String(number).padStart(2, "0")}` : name));
}

export function plain(shard: string): string {
  return shard.split(".")[0] ?? shard;
}

/** The scopes that may have the record of an upload: its shard's, or the plain one, if it was begun before there were shards. */
export function uploadScopes(token: string, count: number): string[] {
  const own = shardsOf("all", count)[parseInt(token.slice(-1), 16) % count] ?? "all";
  return [...new Set([own, "all"])];
}

/**
 * The rows of one shard from a place on, a portion at a time. The place is the whole key of a row, of any shard. Rows with the same
 * range follow each other by shard, so in another shard it begins behind that range, or with it.
 */
async function* rowsOf<T>(
  ask: (query: Query) => Promise<Page<T>>,
  list: Spread,
  shards: string[],
  shard: string,
  way: { descending: boolean; from?: Key | undefined; portion: number },
): AsyncGenerator<Placed<T>> {
  let where = `#${list.key} = :shard`;
  const values: Key = { ":shard": shard };
  let after: Key | undefined;
  const start = way.from?.[list.range];
  const there = shards.indexOf(String(way.from?.[list.key]));
  if (start !== undefined && shards[there] === shard && !list.unique) after = way.from;
  else if (start !== undefined) {
    const later = shards.indexOf(shard) > there !== way.descending;
    where += ` AND #${list.range} ${way.descending ? "<" : ">"}${later && !list.unique ? "=" : ""} :start`;
    values[":start"] = start;
  }
  const { index, wanted } = list;
  const asked: Query = { table: list.table, only: list.only, where, values, descending: way.descending, limit: way.portion };
  if (index) asked.index = index;
  if (wanted) Object.assign(asked, { filter: wanted.filter, values: { ...values, ...wanted.values }, limit: undefined });
  do {
    const page: Page<T> = await ask({ ...asked, after });
    for (const row of page.rows) if (!list.keep || list.keep(row as { Store: string })) yield { ...row, shard };
    after = page.next ?? undefined;
  } while (after);
}

/** The first rows of a list, from a place on, of all its shards. */
export async function firstRows<T>(
  ask: (query: Query) => Promise<Page<T>>,
  list: Spread,
  count: number,
  limit: number,
  descending: boolean,
  from?: Key,
): Promise<Placed<T>[]> {
  const shards = shardsOf(list.name, count);
  // Twice as many as are wanted of each if they are spread evenly: mostly that is enough.
  const most = list.keep ? Math.max(limit, MOST_OF_SOME) : limit;
  const portion = count === 1 ? most : Math.ceil(most / count) * 2;
  const sources = (descending ? [...shards].reverse() : shards).map((shard) => rowsOf(ask, list, shards, shard, { descending, from, portion }));
  const heads = await Promise.all(sources.map((source) => source.next()));
  const found: Placed<T>[] = [];
  const place = (row: T) => (row as Record<string, string | number>)[list.range] ?? "";
  while (found.length < limit) {
    let best = -1;
    heads.forEach((head, at) => {
      if (head.done) return;
      const other = heads[best];
      if (!other || other.done || (descending ? place(head.value) > place(other.value) : place(head.value) < place(other.value))) best = at;
    });
    const head = heads[best];
    const source = sources[best];
    if (!head || head.done || !source) break;
    found.push(head.value);
    if (found.length < limit) heads[best] = await source.next();
  }
  return found;
}
