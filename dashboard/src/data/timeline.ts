import { countAt, timeOf, type Past, type Step } from "./history";
import type { Row } from "./model";

/*
 * What a chart shows of the past of an item: up to the row as it is now, over several stores, and on which days nobody looked.
 */

/** A step, and of which store it is where several are summed up. */
export type StoreStep = Step & { store?: string };

export interface Timeline extends Past {
  steps: StoreStep[];
}

/**
 * A past that ends with the row as it is: history is a minute behind, and does not know of rows that were removed by hand. A row of
 * which no change was kept is known since its upload, at most since the history is.
 */
export function upToNow(past: Past | undefined, row: Pick<Row, "Count" | "AsOf"> | undefined, since: number, now: number): Past {
  const count = row?.Count ?? null;
  const token = row?.AsOf ?? "";
  if (!past) return token && timeOf(token) > since ? { first: null, steps: [{ at: timeOf(token), token, count, late: false }] } : { first: count, steps: [] };
  if (countAt(past, Infinity) === count) return past;
  const newer = token > (past.steps.at(-1)?.token ?? "");
  return { ...past, steps: [...past.steps, { at: newer ? timeOf(token) : now, token: newer ? token : "", count, late: false }] };
}

/** The sum of the counts of some stores over time; null while none of them has the item. */
export function summedUp(pasts: ReadonlyMap<string, Past>): Timeline {
  const counts = new Map([...pasts].map(([store, past]) => [store, past.first]));
  let known = 0;
  let total = 0;
  for (const count of counts.values()) if (count !== null) [known, total] = [known + 1, total + count];
  const first = known ? total : null;
  const all = [...pasts].flatMap(([store, past]) => past.steps.map((step) => ({ ...step, store }))).sort((a, b) => a.at - b.at);
  const steps = all.map((step) => {
    const before = counts.get(step.store) ?? null;
    counts.set(step.store, step.count);
    known += Number(step.count !== null) - Number(before !== null);
    total += (step.count ?? 0) - (before ?? 0);
    return { ...step, count: known ? total : null };
  });
  return { first, steps };
}

/** Midnight of the day of a moment, and of the days after it, as people here count days. */
export function midnight(moment: number, days = 0): number {
  const day = new Date(moment);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() + days);
  return day.getTime();
}

/** The days before today without a look, one after the other as one span. With several lists: without a look in each. */
export function unseen(looks: readonly number[][], from: number, now: number): { from: number; to: number }[] {
  const seen = looks.map((list) => new Set(list.map((moment) => midnight(moment))));
  const found: { from: number; to: number }[] = [];
  for (let day = midnight(from); day < midnight(now); day = midnight(day, 1)) {
    if (seen.every((days) => days.has(day))) continue;
    const [start, end] = [Math.max(day, from), midnight(day, 1)];
    const last = found.at(-1);
    if (last?.to === start) last.to = end;
    else found.push({ from: start, to: end });
  }
  return found;
}
