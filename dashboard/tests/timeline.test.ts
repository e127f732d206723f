import { describe, expect, it } from "vitest";
import type { Past } from "../src/data/history";
import { midnight, summedUp, unseen, upToNow } from "../src/data/timeline";

const past = (first: number | null, ...steps: [number, number | null][]): Past => ({ first, steps: steps.map(([at, count]) => ({ at, token: `20261101T00000${at}`, count, late: false })) });

describe("what a chart shows of a past", () => {
  it("ends with the count in the row, whatever history knows", () => {
    const [old, since, at] = ["20261101T080000.000Z-0A-0a", Date.UTC(2026, 10, 2), Date.UTC(2026, 10, 3, 8)];
    const token = "20261103T080000.000Z-0A-0a";
    expect(upToNow(undefined, { Count: 4, AsOf: old }, since, 9)).toEqual(past(4));
    expect(upToNow(undefined, { Count: 4, AsOf: token }, since, 9)).toEqual({ first: null, steps: [{ at, token, count: 4, late: false }] });
    expect(upToNow(past(1, [5, 4]), { Count: 4, AsOf: token }, 0, 9)).toEqual(past(1, [5, 4]));
    expect(upToNow(past(1, [5, 4]), { Count: 3, AsOf: token }, 0, 9).steps.at(-1)).toEqual({ at, token, count: 3, late: false });
    // By hand, or gone: nobody knows when.
    for (const row of [undefined, { Count: 3, AsOf: "" }]) {
      expect(upToNow(past(1, [5, 4]), row, 0, 9).steps.at(-1)).toEqual({ at: 9, token: "", count: row?.Count ?? null, late: false });
    }
  });

  it("is the sum over stores, of those that have the item", () => {
    const sum = summedUp(new Map([["A", past(5, [2, 3], [6, null])], ["B", past(null, [4, 10], [8, null])], ["C", past(null)]]));
    expect(sum.first).toBe(5);
    expect(summedUp(new Map([["C", past(null)]]))).toEqual(past(null));
    expect(sum.steps.map(({ at, count, store }) => [at, count, store])).toEqual([[2, 3, "A"], [4, 13, "B"], [6, 10, "A"], [8, null, "B"]]);
  });
});

describe("days on which nobody looked", () => {
  const noon = (day: number) => new Date(2026, 10, day, 12).getTime();

  it("are whole days here, today not among them", () => {
    const found = unseen([[noon(2), noon(5)]], noon(1), noon(8));
    expect(found).toEqual([
      { from: noon(1), to: midnight(noon(2)) },
      { from: midnight(noon(3)), to: midnight(noon(5)) },
      { from: midnight(noon(6)), to: midnight(noon(8)) },
    ]);
  });

  it("are, of several stores, those on which one of them was not looked at", () => {
    expect(unseen([[noon(1), noon(2), noon(3)], [noon(1), noon(3)]], midnight(noon(1)), noon(4))).toEqual([{ from: midnight(noon(2)), to: midnight(noon(3)) }]);
  });
});
