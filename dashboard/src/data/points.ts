import { app } from "../app";
import { ALL_STORES, POINT, STORE_POINT, type Row } from "./model";

/** The reorder points that were set for a store: of single items of it, of items of all stores, of all its items, of everything. */
export interface SetPoints {
  ofItem: ReadonlyMap<string, number>;
  ofItemAnywhere: ReadonlyMap<string, number>;
  ofStore: number | undefined;
  ofAll: number | undefined;
}

async function ofItems(store: string): Promise<Map<string, number>> {
  const query = { table: app.config.reorderPointsTable, where: "#Store = :store", values: { ":store": store }, only: POINT };
  return new Map((await app.db.queryAll<Required<Row>>(query)).map((row) => [row.Item, row.ReorderPoint]));
}

export async function readPoints(store: string): Promise<SetPoints> {
  const keys = [store, ALL_STORES].map((Store) => ({ Store }));
  const [ofItem, ofItemAnywhere, stores] = await Promise.all([
    ofItems(store),
    ofItems(ALL_STORES),
    app.db.batchGet<Pick<Row, "Store" | "ReorderPoint">>(app.config.storesTable, keys, STORE_POINT),
  ]);
  const [ofStore, ofAll] = keys.map(({ Store }) => stores.find((found) => found.Store === Store)?.ReorderPoint);
  return { ofItem, ofItemAnywhere, ofStore, ofAll };
}

/** The reorder point that holds for a row, the most specific one (docs/data-model.md); undefined: none. */
export function pointOf(row: Row, set: SetPoints): number | undefined {
  return set.ofItem.get(row.Item) ?? row.ReorderPoint ?? set.ofItemAnywhere.get(row.Item) ?? set.ofStore ?? set.ofAll;
}
