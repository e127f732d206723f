import { countAt, DAY_MS, type Past } from "./history";
import type { Row } from "./model";

type Pasts = ReadonlyMap<string, Past>;

/** From a moment on (milliseconds), a store carried so many items, and so many of them were out. */
export interface Level {
  at: number;
  items: number;
  out: number;
}

const carried = (count: number | null) => Number(count !== null);
const isOut = (count: number | null) => Number(count === 0);
const sum = (counts: (number | null)[], of: (count: number | null) => number) => counts.reduce<number>((total, count) => total + of(count), 0);

/**
 * How many items a store carried, and how many were out, from a moment on. `now`: how many there are, and which are out. That has the
 * last word, and an item without a past has been as it is all the time.
 */
export function levels(pasts: Pasts, now: { at: number; items: number; out: readonly string[] }, from: number): Level[] {
  const told = [...pasts.values()];
  const before = told.map((past) => countAt(past, from));
  const last = told.map((past) => countAt(past, Infinity));
  let items = Math.max(0, now.items - sum(last, carried)) + sum(before, carried);
  let out = now.out.filter((item) => !pasts.has(item)).length + sum(before, isOut);
  const found = [{ at: from, items, out }];
  const changes = told.flatMap(({ first, steps }) => steps.map(({ at, count }, index) => ({ at, count, before: index ? (steps[index - 1]?.count ?? null) : first })));
  for (const { at, count, before } of changes.filter(({ at }) => at > from).sort((a, b) => a.at - b.at)) {
    const level = { at, items: (items += carried(count) - carried(before)), out: (out += isOut(count) - isOut(before)) };
    const previous = found.at(-1);
    // An upload changes many items at one moment.
    if (previous?.at === at) Object.assign(previous, level);
    else if (previous?.items !== items || previous.out !== out) found.push(level);
  }
  if (out !== now.out.length) found.push({ at: now.at, items: now.items, out: now.out.length });
  return found;
}

/** Between two moments: how many days all items were carried for, taken together (`of`), and in how many of these they were in stock (`in`). */
export function onShelf(levels: readonly Level[], from: number, to: number): { in: number; of: number } {
  const total = { in: 0, of: 0 };
  levels.forEach(({ at, items, out }, index) => {
    const days = (Math.min(levels[index + 1]?.at ?? to, to) - Math.max(at, from)) / DAY_MS;
    if (days <= 0) return;
    total.of += days * items;
    total.in += days * (items - out);
  });
  return total;
}

/** The count of an item at some moment, and now; null: the store does not have it now. */
export interface Then {
  item: string;
  count: number;
  now: number | null;
}

/** The counts of some rows at a moment, and of the items behind `after` up to `last` that the store has no more. `last` null: all. */
export function countsThen(rows: readonly Row[], pasts: Pasts, at: number, after: string, last: string | null): Then[] {
  const there = new Map(rows.map((row) => [row.Item, row.Count]));
  const gone = [...pasts.keys()].filter((item) => !there.has(item) && item > after && (last === null || item <= last));
  const counts = [...there.keys(), ...gone].map((item) => {
    const past = pasts.get(item);
    const now = there.get(item) ?? null;
    return { item, count: past ? countAt(past, at) : now, now };
  });
  return counts.filter((then): then is Then => then.count !== null).sort((a, b) => (a.item < b.item ? -1 : 1));
}
