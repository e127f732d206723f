import { describe, expect, it } from "vitest";
// Made by functions/keep_catalogue/store_parts.py.
import made from "../../tests/unit/packs.json";
import type { DynamoDB, Query } from "../src/aws/dynamodb";
import type { Config } from "../src/config";
import { StoreList } from "../src/data/storeList";

const packs = made.stores.packs.map(([Part, text]) => ({ Part: Part!, Entries: Uint8Array.from(atob(text!), (byte) => byte.charCodeAt(0)) }));

/** A chain: the table has these items, more than are read at once if `large`, and there are packs of it. */
function chain(items: object[], large: boolean) {
  const scans: (number | undefined)[] = [];
  const there = [...packs];
  const db = {
    all: (_table: string, _only: string[], most?: number) => {
      scans.push(most);
      return Promise.resolve({ rows: items, complete: !large || most === undefined });
    },
    queryAll: ({ values }: Query) => Promise.resolve(there.filter(({ Part }) => Part > String(values[":last"]))),
  };
  return { scans, there, list: new StoreList(db as unknown as DynamoDB, {} as Config) };
}

describe("the list of all stores", () => {
  it("is read from the table while they are few; nothing is counted in one whose first upload is being loaded", async () => {
    const { list, scans } = chain([{ Store: "*" }, { Store: "A", LastUploadAt: "2026-11-22T09:00:00.000Z" }], false);
    expect(await list.read()).toEqual([{ at: null, summary: { Store: "A", Items: 0, Units: 0, Out: 0, Low: 0, LastUpload: Date.parse("2026-11-22T09:00:00.000Z") } }]);
    await list.read();
    expect(scans).toHaveLength(2);
  });

  it("is read from packs when they are many, and then only what is new in them", async () => {
    const { list, scans, there } = chain([{ Store: "first of many" }], true);
    const stores = (await list.read()).map(({ summary }) => summary).sort((a, b) => (a.Store < b.Store ? -1 : 1));
    expect(stores.map(({ Store, Items, Units, Out, Low, LastUpload }) => [Store, Items, Units, Out, Low, LastUpload === null ? null : LastUpload / 1000])).toEqual(
      made.stores.stores.map(({ store, items, units, out, low, at }) => [store, items, units, out, low, at]),
    );
    // The last one is written again, without its store; the others are not there to be read again.
    const last = packs.at(-1)!.Part.split("#")[1]!;
    const [gone] = (await list.read()).slice(-1);
    there.splice(0, there.length, { Part: `2026-11-22T08:37:52.123Z#${last}`, Entries: packs[0]!.Entries });
    expect((await list.read()).map(({ summary }) => summary.Store)).not.toContain(gone!.summary.Store);
    expect(scans).toEqual([120]);
  });

  it("is read from the table as long as a chain is not packed", async () => {
    const { list, scans, there } = chain([{ Store: "A", Items: 1 }], true);
    there.length = 0;
    expect(await list.read()).toHaveLength(1);
    expect(scans).toEqual([120, undefined]);
  });
});
