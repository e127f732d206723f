import { expect, it, vi } from "vitest";
import { app } from "../src/app";
import { AwsError } from "../src/aws/errors";
import { Everywhere } from "../src/data/everywhere.svelte";
import type { Row } from "../src/data/model";

vi.hoisted(() => {
  vi.stubGlobal("location", new URL("http://onhand/item?name=Tea"));
  vi.stubGlobal("localStorage", { getItem: () => null });
});

const never = new AbortController().signal;

/** An item of which every store has as many as are there; and which stores were asked. */
function item() {
  const there = { count: 1, fails: false, asked: [] as string[][] };
  const everywhere = (Item: string, stores: Iterable<string>, arrived: (rows: Row[]) => void) => {
    const rows = [...stores].map((Store) => ({ Store, Item, Count: there.count }));
    there.asked.push(rows.map(({ Store }) => Store));
    if (there.fails) return Promise.reject(new AwsError("busy", "Throttling", "slow down"));
    arrived(rows);
    return Promise.resolve(rows);
  };
  Object.assign(app, { inventory: { everywhere } });
  return there;
}

it("asks again what it could not read", async () => {
  const there = item();
  const look = new Everywhere("Tea");
  await look.read("", ["A", "B"], never);
  Object.assign(there, { count: 0, fails: true });
  void look.readAgain(["B"]);
  await expect(look.read("", ["A", "B"], never)).rejects.toThrow();
  there.fails = false;
  await look.read("", ["A", "B"], never);
  expect(there.asked).toEqual([["A", "B"], ["B"], ["B"]]);
  expect([...look.rows.values()].map(({ Count }) => Count)).toEqual([1, 0]);
});

it("says of how many stores it is known for what was asked last, however late an older answer comes", async () => {
  item();
  const look = new Everywhere("Tea");
  const stop = new AbortController();
  const older = look.read("north", ["A", "B", "C"], stop.signal);
  stop.abort();
  await older;
  expect([look.looked, look.complete]).toEqual([0, false]);
  await look.read("south", ["D"], never);
  expect([look.looked, look.complete]).toEqual([1, true]);
});
