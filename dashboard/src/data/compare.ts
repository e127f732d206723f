import { app } from "../app";
import type { Cell, Table } from "./csv";
import { fold } from "./folding";
import { pageOf, type ListPage, type Place } from "./inventory";
import { ROW, row, type Row } from "./model";

/** An item of two stores; undefined: that store does not carry it. */
export interface Pair {
  item: string;
  left: Row | undefined;
  right: Row | undefined;
}

/** short: one store is out of it or low, the other one has enough. */
export const SHOWS = ["different", "short", "all"] as const;

/** What is asked of which two stores. */
export interface Asked {
  left: string;
  right: string;
  show: (typeof SHOWS)[number];
  /** Words, all of which are somewhere in the name. */
  find: string;
}

export interface Way {
  /** The item behind which it begins. */
  from?: string | undefined;
  descending?: boolean;
  signal?: AbortSignal;
  /** Is told how many items were looked at so far. */
  read?: (items: number) => void;
}

/** Rows that are read at a time: a page needs few, a whole store is read in larger portions. */
const FIRST_ROWS = 100;
const MOST_ROWS = 4000;

export function difference({ left, right }: Pair): number {
  return (left?.Count ?? 0) - (right?.Count ?? 0);
}

/** The order of the database, by code points. (JavaScript compares halves of what is beyond U+FFFF.) */
export function inOrder(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

/** Which items are asked for. */
export function wanted({ show, find }: Asked): (pair: Pair) => boolean {
  const words = fold(find).split(/\s+/).filter(Boolean);
  return (pair) => {
    const { item, left, right } = pair;
    if (show === "different" && left && right && left.Count === right.Count && left.Short === right.Short) return false;
    if (show === "short" && !(left && right && Boolean(left.Short) !== Boolean(right.Short))) return false;
    return !words.length || words.every((word) => fold(item).includes(word));
  };
}

/** Rows that come in portions. */
class Rows {
  ended = false;
  #portion: Row[] = [];
  #at = 0;

  constructor(private readonly portions: AsyncIterator<Row[]>) {}

  /** The next one; undefined: the portion is used up. */
  get first(): Row | undefined {
    return this.#portion[this.#at];
  }

  take(): Row | undefined {
    return this.#portion[this.#at++];
  }

  async fill(): Promise<void> {
    while (!this.first && !this.ended) {
      const { value, done } = await this.portions.next();
      this.ended = Boolean(done);
      this.#portion = done ? [] : value;
      this.#at = 0;
    }
  }
}

/** Merges the rows of two stores, both of which are in the order of the database, or both in the opposite one. */
export async function* merged(left: AsyncIterator<Row[]>, right: AsyncIterator<Row[]>, descending = false): AsyncGenerator<Pair[]> {
  const [l, r] = [new Rows(left), new Rows(right)];
  const isReady = (rows: Rows) => rows.first ?? rows.ended;
  for (;;) {
    await Promise.all([l.fill(), r.fill()]);
    const found: Pair[] = [];
    while (isReady(l) && isReady(r) && (l.first ?? r.first)) {
      const order = !l.first ? 1 : !r.first ? -1 : inOrder(l.first.Item, r.first.Item) * (descending ? -1 : 1);
      const pair = { left: order <= 0 ? l.take() : undefined, right: order >= 0 ? r.take() : undefined };
      found.push({ item: (pair.left ?? pair.right)?.Item ?? "", ...pair });
    }
    if (!found.length) return;
    yield found;
  }
}

async function* portions(store: string, { from, descending = false, signal }: Way): AsyncGenerator<Row[]> {
  const where = "#Store = :store" + (from === undefined ? "" : ` AND #Item ${descending ? "<" : ">"} :from`);
  const values = { ":store": store, ...(from === undefined ? {} : { ":from": from }) };
  let limit = FIRST_ROWS;
  let after: Place["after"];
  do {
    const page = await app.db.query<Row>({ table: app.config.inventoryTable, where, values, only: ROW, descending, limit, after }, signal);
    yield page.rows.map(row);
    after = page.next ?? undefined;
    limit = Math.min(2 * limit, MOST_ROWS);
  } while (after);
}

/** The items asked for, in the order of their names; of neither store more than a portion is kept. */
async function* pairs(asked: Asked, way: Way): AsyncGenerator<Pair[]> {
  const isWanted = wanted(asked);
  let looked = 0;
  for await (const some of merged(portions(asked.left, way), portions(asked.right, way), way.descending)) {
    way.read?.((looked += some.length));
    yield some.filter(isWanted);
  }
}

export function pageByName(asked: Asked, place: Place, limit: number, way: Way): Promise<ListPage<Pair>> {
  const first = async (most: number, descending: boolean, from?: Place["after"]) => {
    const found: Pair[] = [];
    for await (const some of pairs(asked, { ...way, descending, from: from && String(from["Item"]) })) {
      found.push(...some);
      if (found.length >= most) break;
    }
    return found.slice(0, most);
  };
  return pageOf(first, false, place, limit);
}

/** The largest differences, and how many items were found in all. */
export async function byDifference(asked: Asked, most: number, way: Way): Promise<{ pairs: Pair[]; all: number }> {
  const largest = (found: Pair[]) => found.sort((a, b) => Math.abs(difference(b)) - Math.abs(difference(a)) || inOrder(a.item, b.item)).slice(0, most);
  let kept: Pair[] = [];
  let all = 0;
  for await (const some of pairs(asked, way)) {
    all += some.length;
    kept = kept.concat(some);
    if (kept.length > 2 * most) kept = largest(kept);
  }
  return { pairs: largest(kept), all };
}

export function comparisonTable(asked: Asked, isByDifference: boolean): Table {
  const titles = ["item", "left_store", "left_count", "left_status", "right_store", "right_count", "right_status", "difference"];
  return { name: `${asked.left}-${asked.right}.csv`, titles, rows: lines(asked, isByDifference) };
}

async function* lines(asked: Asked, isByDifference: boolean): AsyncGenerator<Cell[][]> {
  const side = (store: string, found: Row | undefined): Cell[] => [store, found?.Count ?? "", found ? (found.Short ?? "ok") : ""];
  const line = (pair: Pair): Cell[] => [pair.item, ...side(asked.left, pair.left), ...side(asked.right, pair.right), difference(pair)];
  if (isByDifference) yield (await byDifference(asked, Infinity, {})).pairs.map(line);
  else for await (const some of pairs(asked, {})) yield some.map(line);
}
