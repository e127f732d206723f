import { app } from "../app";
import { groups } from "./groups.svelte";
import type { ListPage, Place } from "./inventory";
import type { Row } from "./model";
import type { Placed } from "./shards";
import { gatherShort, inOrder } from "./short";

/** Of so many stores what is out is asked for store by store: few rows of many then. Of more, it is sorted out of what is out anywhere. */
const FEW_STORES = 100;
const AT_ONCE = 8;

/** What is out in the chosen group, longest first; `stores`: those of its stores in which something is out. */
export async function outOfGroup(stores: string[], place: Place, limit: number, signal: AbortSignal): Promise<ListPage<Placed<Row>>> {
  if (stores.length > FEW_STORES) return app.inventory.short("out", place, limit, signal, groups.keeps);
  const rows: Row[] = [];
  for (let at = 0; at < stores.length; at += AT_ONCE) {
    const some = stores.slice(at, at + AT_ONCE);
    rows.push(...(await Promise.all(some.map((store) => gatherShort(store, "out", "", signal)))).flat());
  }
  return inOrder(rows, place, limit);
}
