import { app } from "../app";
import type { Entry } from "./catalogue";
import { fold } from "./folding";
import { changesOf } from "./history";
import { like } from "./likeness";
import { PACK, type Upload } from "./model";

/** A row that was not there before. */
export interface NewRow {
  Store: string;
  Item: string;
}

export interface NewItem {
  item: string;
  /** The item that is probably meant. */
  like?: Entry | undefined;
}

const HOUR_MS = 3600_000;
/** As order tokens and the keys of packs begin. */
const stamp = (moment: number) => new Date(moment).toISOString().replace(/[-:]/g, "").slice(0, 15);

/** The rows that an upload brought, as far as the history has them: it is some seconds behind, and what was loaded late is not looked for. */
export async function rowsBrought(upload: Upload): Promise<NewRow[]> {
  const at = Date.parse(upload.At);
  const packsOf = (store: string) =>
    app.db.queryAll<{ Pack: string; Changes: Uint8Array<ArrayBuffer> }>({
      table: app.config.historyTable,
      where: "#Store = :store AND #Pack BETWEEN :from AND :to",
      values: { ":store": store, ":from": stamp(at), ":to": stamp(at + HOUR_MS) },
      only: PACK,
    });
  const rows = (upload.Stores ?? []).map(async (Store) => {
    const changes = await Promise.all((await packsOf(Store)).map((pack) => changesOf(pack.Pack, pack.Changes)));
    const brought = changes.flat().filter(({ token, before, after }) => token === upload.Token && before === null && after !== null);
    return [...new Set(brought.map(({ item }) => item))].map((Item) => ({ Store, Item }));
  });
  return (await Promise.all(rows)).flat();
}

/** Those of some new rows whose item no other store has. The rows may be in the catalogue already, or not. */
export function newEverywhere(rows: readonly NewRow[], entries: readonly Entry[]): NewItem[] {
  const stores = new Map<string, number>();
  for (const { Item } of rows) stores.set(Item, (stores.get(Item) ?? 0) + 1);
  const known = entries.filter((entry) => entry.stores > (stores.get(entry.item) ?? 0));
  const elsewhere = new Set(known.map(({ item }) => item));
  return [...stores.keys()].filter((item) => !elsewhere.has(item)).map((item) => ({ item, like: likeliest(item, known) }));
}

/** One typo leaves the first half of a name as it is, or the second: of very many names, few have to be looked at closely. */
function likeliest(item: string, known: readonly Entry[]): Entry | undefined {
  const mine = fold(item);
  const half = Math.max(1, Math.floor(mine.length / 2) - 1);
  const [first, last] = [mine.slice(0, half), mine.slice(-half)];
  const alike = known.filter(({ folded }) => folded.startsWith(first) || folded.endsWith(last));
  const meant = like(item, alike.map((entry) => entry.item));
  return alike.find((entry) => entry.item === meant);
}
