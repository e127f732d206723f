import { beforeEach, describe, expect, it, vi } from "vitest";
import { app } from "../src/app";
import type { DynamoDB, Query } from "../src/aws/dynamodb";
import type { Config } from "../src/config";
import { byMissing, type Entry } from "../src/data/catalogue";
import { Catalogue } from "../src/data/catalogue.svelte";
import { fold } from "../src/data/folding";
import { newEverywhere } from "../src/data/newItems";

type Plain = Omit<Entry, "folded">;

/** As functions/stock/catalogue.py packs. */
async function pack(entries: Plain[]) {
  const column = (name: keyof Plain) => entries.map((entry) => entry[name]);
  const text = JSON.stringify({ items: column("item"), stores: column("stores"), out: column("out"), low: column("low"), units: column("units") });
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** The rows of some stores, and the table that the functions keep of them: the base, what changed since, and now and then a new base. */
class World {
  rows = new Map<string, { item: string; count: number }>();
  table = new Map<string, Record<string, unknown>[]>([["deltas", []]]);
  clock = Date.parse("2026-11-28T08:00:00Z");
  version = 0;
  foldDuringRead = 0;
  #seed = 5;

  pick(most: number): number {
    return (this.#seed = (this.#seed * 48271) % 2147483647) % most;
  }

  static of({ item, count }: { item: string; count: number }, sign = 1) {
    return { item, stores: sign, out: count === 0 ? sign : 0, low: count > 0 && count < 3 ? sign : 0, units: sign * count };
  }

  /** The plain count over the rows. */
  count(): Map<string, Plain> {
    const sums = new Map<string, Plain>();
    for (const row of this.rows.values()) {
      const one = World.of(row);
      const sum = sums.get(row.item) ?? { item: row.item, stores: 0, out: 0, low: 0, units: 0 };
      sums.set(row.item, { item: row.item, stores: sum.stores + 1, out: sum.out + one.out, low: sum.low + one.low, units: sum.units + one.units });
    }
    return sums;
  }

  change(rows: number): void {
    const differences = [];
    for (let at = 0; at < rows; at++) {
      const [store, item] = [`store ${this.pick(4)}`, `Item ${this.pick(25)}`];
      const [key, old] = [`${store}\n${item}`, this.rows.get(`${store}\n${item}`)];
      if (old) differences.push(World.of(old, -1));
      if (this.pick(4)) {
        this.rows.set(key, { item, count: this.pick(6) });
        differences.push(World.of(this.rows.get(key)!));
      } else this.rows.delete(key);
    }
    this.clock += 1000;
    this.table.get("deltas")?.push({ Part: `${new Date(this.clock).toISOString()}#shard#${this.clock}`, packed: differences });
  }

  /** A new base with all that changed; it counted the rows itself, so a mistake of ours cannot be in both. */
  fold(): void {
    for (const old of [`items#v${this.version}`, `short#v${this.version}`]) this.table.delete(old);
    this.version++;
    const all = [...this.count().values()];
    const parts = (entries: Plain[]) => [entries.slice(0, 9), entries.slice(9)].map((some, at) => ({ Part: `000${at}`, packed: some }));
    this.table.set(`items#v${this.version}`, parts(all));
    this.table.set(`short#v${this.version}`, parts(all.filter(({ out, low }) => out + low)));
    this.table.set("deltas", []);
    this.table.set("head", [{ Version: `v${this.version}`, Parts: 2, ShortParts: 2, Items: all.length, At: new Date(this.clock).toISOString(), Counted: true }]);
  }

  queryAll = async (query: Query): Promise<unknown[]> => {
    const [name, since] = [String(query.values[":name"]), String(query.values[":since"] ?? "")];
    const found = (this.table.get(name) ?? []).filter((item) => String(item["Part"] ?? "") >= since);
    if (name.startsWith("items#") && this.foldDuringRead-- > 0) this.fold();
    const column = name === "deltas" ? "Changes" : "Entries";
    return Promise.all(found.map(async ({ packed, ...item }) => (packed ? { ...item, [column]: await pack(packed as Plain[]) } : item)));
  };

  query = async (query: Query) => ({ rows: await this.queryAll(query), next: null });
}

let world: World;
const plain = (entries: Entry[] | null | undefined) => new Map(entries?.map(({ folded: _, ...entry }) => [entry.item, entry]));

beforeEach(() => {
  world = new World();
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(world.clock);
  Object.assign(app, { db: world as unknown as DynamoDB, config: { catalogueTable: "Catalogue" } as Config });
});

function passes(seconds: number) {
  world.clock += seconds * 1000;
  vi.setSystemTime(world.clock);
}

describe("the catalogue in the browser", () => {
  it("is what a plain count of the rows is, whatever changes, and whenever it is looked at", async () => {
    const [items, short] = [new Catalogue("items"), new Catalogue("short")];
    world.change(60);
    world.fold();
    for (let round = 0; round < 60; round++) {
      for (let changes = world.pick(3); changes; changes--) world.change(1 + world.pick(5));
      // A base takes in what is older than 10 minutes only: whoever was away for so long reads it again.
      const asleep = world.pick(8) === 0;
      passes(asleep ? 1000 : world.pick(50));
      if (asleep) world.fold();
      await items.refresh();
      await short.refresh();
      const counted = world.count();
      expect(items.error ?? short.error).toBeNull();
      expect(plain(items.entries)).toEqual(new Map([...counted].sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))));
      const missing = [...counted.values()].filter(({ out, low }) => out + low);
      expect(new Map(short.entries?.map(({ item, out, low }) => [item, [out, low]]))).toEqual(new Map(missing.map(({ item, out, low }) => [item, [out, low]])));
    }
  });

  it("is of one moment, though it is written anew while it is read", async () => {
    const items = new Catalogue("items");
    world.change(40);
    world.fold();
    world.change(5);
    world.foldDuringRead = 2;
    await items.refresh();
    expect(plain(items.entries)).toEqual(world.count());
    world.foldDuringRead = 99;
    const other = new Catalogue("items");
    await other.refresh();
    expect(other.entries).toBeUndefined();
    expect(other.error?.kind).toBe("busy");
  });

  it("is made of changes alone before there is a base, and of nothing before it was counted", async () => {
    const items = new Catalogue("items");
    world.change(30);
    await items.refresh();
    expect(items.entries).toBeNull();
    world.table.set("head", [{ Counted: true }]);
    await items.refresh();
    expect(plain(items.entries)).toEqual(world.count());
  });
});

it("missing in most stores: out and low together, then out, then by name", () => {
  const entry = (item: string, out: number, low: number): Entry => ({ item, folded: item, stores: 9, out, low, units: 9 });
  const sorted = [entry("lamp", 2, 0), entry("mug", 1, 2), entry("kettle", 0, 2), entry("jar", 2, 0), entry("pan", 2, 1)].sort(byMissing);
  expect(sorted.map(({ item }) => item)).toEqual(["pan", "mug", "jar", "lamp", "kettle"]);
});

describe("an item that no other store has", () => {
  const entry = (item: string, stores: number): Entry => ({ item, folded: fold(item), stores, out: 0, low: 0, units: 1 });
  const known = [entry("Echo Dot", 5), entry("Oat milk", 7), entry("Rice", 2), entry("Salt", 1)];

  it("is named with the one it is like, whether the catalogue has it already or not", () => {
    const rows = [{ Store: "Berlin", Item: "Echo Dott" }];
    for (const entries of [known, [...known, entry("Echo Dott", 1)]]) {
      expect(newEverywhere(rows, entries).map(({ item, like }) => [item, like?.item, like?.stores])).toEqual([["Echo Dott", "Echo Dot", 5]]);
    }
  });

  it("is none that others have, and may be like none", () => {
    const rows = ["Rice", "Salt", "Plums"].flatMap((Item) => [{ Store: "Berlin", Item }]);
    expect(newEverywhere(rows, known)).toEqual([{ item: "Salt", like: undefined }, { item: "Plums", like: undefined }]);
    const twice = [...rows, { Store: "Pusan", Item: "Rice" }];
    expect(newEverywhere(twice, known).map(({ item }) => item)).toEqual(["Rice", "Salt", "Plums"]);
  });

  it("is like one with a typo in its first half or in its second", () => {
    for (const [typed, meant] of [["Aot milk", "Oat milk"], ["Oat mikl", "Oat milk"], ["oatmilk", "Oat milk"], ["ÉCHO DOT", "Echo Dot"]]) {
      expect(newEverywhere([{ Store: "Berlin", Item: typed ?? "" }], known)[0]?.like?.item).toBe(meant);
    }
  });
});
