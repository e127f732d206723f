import type { App } from "../app";
import { groups } from "./groups.svelte";
import type { ListPage, Place } from "./inventory";
import type { Row, Short } from "./model";
import type { Placed } from "./shards";
import { gatherShort, inOrder } from "./short";

/** Of so many stores what is short is asked for store by store: few rows of many then. Of more, it is sorted out of what is short anywhere. */
const FEW_STORES = 100;
const AT_ONCE = 8;

/** What is short in the stores of the chosen group, longest first. */
export async function shortOfGroup(app: App, short: Short, place: Place, limit: number, signal: AbortSignal): Promise<ListPage<Placed<Row>>> {
  const stores = groups.shown.filter((store) => (short === "out" ? store.Out : store.Low) > 0).map(({ Store }) => Store);
  if (stores.length > FEW_STORES) return app.inventory.short(short, place, limit, signal, groups.keeps);
  const rows: Row[] = [];
  for (let at = 0; at < stores.length; at += AT_ONCE) {
    const some = stores.slice(at, at + AT_ONCE);
    rows.push(...(await Promise.all(some.map((store) => gatherShort(app.inventory, store, short, "", signal)))).flat());
  }
  return inOrder(rows, place, limit);
}
