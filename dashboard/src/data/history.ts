import { app } from "../app";
import { now } from "../aws/clock";
import { LEDGER, PACK } from "./model";
import { unpacked } from "./packed";

/*
 * History is a set of facts: an upload says a count of an item (docs/history.md). A fact may come twice and from any source, so
 * what is read is put together here, sorted by token, as functions/stock/history.py does it.
 */

export interface Change {
  item: string;
  /** The order token of the upload; of a row that was written by hand, one that sorts with these. */
  token: string;
  /** null: there was no row, or nobody knows. */
  before: number | null;
  /** null: delisted. */
  after: number | null;
  /** Whether it showed more than an hour after the upload. Not, if what it was read from does not tell. */
  late: boolean;
}

/** From a moment on, an item had another count. */
export interface Step {
  /** Milliseconds since 1970: the event time of the upload. */
  at: number;
  token: string;
  /** null: delisted. */
  count: number | null;
  late: boolean;
}

export interface Past {
  /** The count before the first step; null: none, or unknown. */
  first: number | null;
  steps: Step[];
}

export interface StoreHistory {
  /** The items that changed. Any other had its present count all the time. */
  pasts: Map<string, Past>;
  /** Tokens of the uploads that count, oldest first. Each is a look at all items of the store: what it does not mention did not change. */
  looks: string[];
  /** Since when the history is known: the beginning of the time that was asked for, or of the history itself. */
  from: Date;
}

interface Pack {
  Pack: string;
  Changes: Uint8Array<ArrayBuffer>;
}

interface Columns {
  tokens: string[];
  items: string[];
  by: number[];
  before: (number | null)[];
  after: (number | null)[];
}

export const DAY_MS = 24 * 3600_000;
const LATE_MS = 3600_000;

/** The time with which order tokens and the keys of packs begin (`20261122T083652.123Z`), in milliseconds. */
export function timeOf(token: string): number {
  const [year, month, day, hour, minute, second, ms] = [
    [0, 4],
    [4, 6],
    [6, 8],
    [9, 11],
    [11, 13],
    [13, 15],
    [16, 19],
  ].map(([from, to]) => Number(token.slice(from, to)));
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms);
}

export function isByHand(token: string): boolean {
  return token.includes("-hand-");
}

/** The second of a moment, as tokens begin. */
function stamp(moment: number): string {
  return new Date(moment).toISOString().replace(/[-:]/g, "").slice(0, 15);
}

/** The changes of a pack. Its key has the time of what is in it: of the table's stream, or of an upload itself, from its file. */
export async function changesOf(key: string, packed: Uint8Array<ArrayBuffer>): Promise<Change[]> {
  const { tokens, items, by, before, after } = await unpacked<Columns>(packed);
  const shown = timeOf(key);
  return items.map((item, at) => {
    const token = tokens[by[at] ?? 0] ?? "";
    return { item, token, before: before[at] ?? null, after: after[at] ?? null, late: shown - timeOf(token) > LATE_MS };
  });
}

/** The past of every item that changes tell of, without what withdrawn uploads said. */
export function steps(changes: Iterable<Change>, withdrawn: ReadonlySet<string> = new Set()): Map<string, Past> {
  const facts = new Map<string, Map<string, Change>>();
  for (const change of changes) {
    let told = facts.get(change.item);
    if (!told) facts.set(change.item, (told = new Map()));
    // Told twice, it is late only if it was late both times: a replay writes rows again. The first knows what was before.
    const earlier = told.get(change.token);
    told.set(change.token, { ...(earlier ?? change), late: change.late && earlier?.late !== false });
  }
  const known = [...facts].filter(([, told]) => [...told.keys()].some((token) => !withdrawn.has(token)));
  return new Map(known.map(([item, told]) => [item, pastOf([...told.values()].sort((a, b) => (a.token < b.token ? -1 : 1)), withdrawn)]));
}

function pastOf(changes: Change[], withdrawn: ReadonlySet<string>): Past {
  const first = changes[0]?.before ?? null; // also of a withdrawn upload: it tells what was before it
  const found: Step[] = [];
  let count = first;
  for (const { token, after, late } of changes) {
    if (after === count || withdrawn.has(token)) continue;
    count = after;
    found.push({ at: timeOf(token), token, count, late });
  }
  return { first, steps: found };
}

/** What changed in a store in so many days up to now, and what is known of it. */
export async function readHistory(store: string, days: number): Promise<StoreHistory> {
  const since = now() - days * DAY_MS;
  const from = stamp(since);
  const packs = { table: app.config.historyTable, only: PACK };
  const ledger = (scope: string) =>
    app.db.queryAll<{ Token: string; Withdrawn?: boolean }>({
      table: app.config.uploadsTable,
      where: "#Scope = :scope AND #Token >= :from",
      values: { ":scope": scope, ":from": from },
      only: LEDGER,
    });
  const [found, older, own, everywhere] = await Promise.all([
    app.db.queryAll<Pack>({ ...packs, where: "#Store = :store AND #Pack >= :from", values: { ":store": store, ":from": from } }),
    // The newest one of those before: the very first pack of a store has all its items, and is paid for as a whole.
    app.db.query<Pick<Pack, "Pack">>({ ...packs, only: ["Pack"], where: "#Store = :store AND #Pack < :from", values: { ":store": store, ":from": from }, descending: true, limit: 1 }),
    ledger(`store:${store}`),
    ledger("store:*"),
  ]);
  const uploads = [...own, ...everywhere].sort((a, b) => (a.Token < b.Token ? -1 : 1));
  const withdrawn = new Set(uploads.filter((upload) => upload.Withdrawn).map((upload) => upload.Token));
  const changes = (await Promise.all(found.map((pack) => changesOf(pack.Pack, pack.Changes)))).flat();
  const begins = older.rows.length ? since : found[0] ? timeOf(found[0].Pack) : now();
  return {
    // What came late of an earlier time is only a part of what happened then: the count before the first later step says more.
    pasts: steps(changes.filter((change) => change.token >= from), withdrawn),
    looks: uploads.filter((upload) => !upload.Withdrawn).map((upload) => upload.Token),
    from: new Date(Math.max(since, begins)),
  };
}

/** The count at a moment (milliseconds); null: none, or unknown. */
export function countAt(past: Past, at: number): number | null {
  const step = past.steps.findLast((step) => step.at <= at);
  return step ? step.count : past.first;
}

/** The spans of one count between two moments, from the first to the last. */
export function spans(past: Past, from: number, to: number): { from: number; to: number; count: number | null }[] {
  const inside = past.steps.filter((step) => step.at > from && step.at < to);
  const starts = [{ at: from, count: countAt(past, from) }, ...inside];
  return starts.map(({ at, count }, index) => ({ from: at, to: starts[index + 1]?.at ?? to, count }));
}

/** For how many days between two moments the item was in stock, of those in which the store carried it. */
export function availability(past: Past, from: number, to: number): { in: number; days: number } {
  const total = { in: 0, days: 0 };
  for (const span of spans(past, from, to)) {
    const days = (span.to - span.from) / DAY_MS;
    if (span.count !== null) total.days += days;
    if (span.count) total.in += days;
  }
  return total;
}
