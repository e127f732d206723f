import { describe, expect, it } from "vitest";
import { difference, inOrder, merged, wanted, type Asked, type Pair } from "../src/data/compare";
import type { Row, Short } from "../src/data/model";

const row = (Item: string, Count = 1, Short?: Short): Row => ({ Store: "A", Item, Count, ...(Short && { Short }) });

async function* portions(rows: Row[], size: number): AsyncGenerator<Row[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

async function all(left: Row[], right: Row[], size: number, descending = false): Promise<Pair[]> {
  const found: Pair[] = [];
  for await (const pairs of merged(portions(left, size), portions(right, size + 1), descending)) found.push(...pairs);
  return found;
}

describe("two stores side by side", () => {
  it("are merged as a plain look-up would have it, whatever the portions, both ways", async () => {
    // The database sorts 𝐀 (U+1D400) behind ﬁ (U+FB01), JavaScript before it.
    const names = ["Ab", "Abc", "B", "b", "Écran", "é", "ﬁ", "𝐀", "𝐁"];
    for (let seed = 0; seed < 60; seed++) {
      const left = names.filter((_, at) => (seed * 7 + at * at) % 3).map((name, at) => row(name, at));
      const right = names.filter((_, at) => (seed * 5 + at) % 4 > 1).map((name, at) => row(name, at * 2));
      const either = names.filter((name) => [...left, ...right].some(({ Item }) => Item === name));
      const of = (rows: Row[], name: string) => rows.find(({ Item }) => Item === name);
      const plain = either.map((item) => ({ item, left: of(left, item), right: of(right, item) }));
      expect(await all(left, right, 1 + (seed % 4))).toEqual(plain);
      expect(await all(left.toReversed(), right.toReversed(), 1 + (seed % 4), true)).toEqual(plain.toReversed());
    }
    expect([...names].sort(inOrder)).toEqual(names);
  });

  it("differ where a count, a state or the assortment does", () => {
    const shown = (asked: Partial<Asked>, pair: Partial<Pair>) => wanted({ left: "A", right: "B", show: "all", find: "", ...asked })({ item: "Écran 24", left: undefined, right: undefined, ...pair });
    const [out, low, much] = [row("Écran 24", 0, "out"), row("Écran 24", 2, "low"), row("Écran 24", 9)];
    expect(shown({ show: "different" }, { left: much, right: much })).toBe(false);
    expect(shown({ show: "different" }, { left: low, right: row("Écran 24", 2) })).toBe(true);
    expect(shown({ show: "different" }, { left: out })).toBe(true);
    expect(shown({ show: "short" }, { left: out, right: low })).toBe(false);
    expect(shown({ show: "short" }, { left: much, right: low })).toBe(true);
    expect(shown({ show: "short" }, { left: out })).toBe(false);
    expect(shown({ find: "24 ecr" }, { left: out })).toBe(true);
    expect(shown({ find: "oat" }, { left: out })).toBe(false);
    expect(difference({ item: "x", left: undefined, right: much })).toBe(-9);
  });
});
