import { describe, expect, it } from "vitest";
import { Ahead } from "../src/data/ahead";
import type { Forecast, StoreForecast } from "../src/data/forecasts";
import type { Past } from "../src/data/history";
import type { Row } from "../src/data/model";
import { suggest, toCount } from "../src/data/plan";
import { at, heldFor } from "../src/data/points";
import { countsThen, levels, onShelf } from "../src/data/storePast";

const DAY = 86_400_000;
const kettle: Forecast = { item: "Kettle", count: 5, rate: 1, spread: 1.2, doubt: 0.01, soon: 0.8, first: 3, last: 8, lost: 7, silent: 1, why: "" };
const lamp: Forecast = { ...kettle, item: "Lamp", count: 9, rate: 0.1, soon: 0, first: 50, last: null, lost: 0 };
const ahead = new Ahead({ items: new Map([kettle, lamp, { ...lamp, item: "Ladder", why: "little" as const }].map((one) => [one.item, one])) } as StoreForecast);
const row = (Item: string, Count: number, more: Partial<Row> = {}): Row => ({ Store: "Berlin", Item, Count, ...more });
const past = (first: number | null, ...steps: [number, number | null][]): Past => ({ first, steps: steps.map(([day, count]) => ({ at: day * DAY, token: String(day), count, late: false })) });

describe("what is ahead of a store", () => {
  it("is as it was foreseen while the count is the same", () => expect(ahead.when("Kettle", 5)).toEqual({ first: 3, last: 8, soon: 0.8, likely: true, why: "" }));

  it("goes by the count of now", () => {
    const delivered = ahead.when("Kettle", 50);
    expect(delivered.likely).toBe(false);
    expect(delivered.first).toBeGreaterThan(30);
    expect(ahead.when("Lamp", 1).soon).toBeGreaterThan(0.3);
  });

  it("is not known of what is out, new, or was seen too little of", () => {
    expect([ahead.when("Kettle", 0), ahead.when("Anvil", 4), ahead.when("Ladder", 9)].map(({ why, likely }) => [why, likely])).toEqual([["out", false], ["new", false], ["little", false]]);
  });

  it("sorts what runs out soonest first, and what is not known last", () => {
    const rows = [row("Ladder", 9), row("Lamp", 9), row("Kettle", 5)];
    expect(ahead.sorted(rows).map(({ Item }) => Item)).toEqual(["Kettle", "Lamp", "Ladder"]);
    expect(ahead.items("La", false)).toEqual(["Lamp", "Ladder"]);
    expect(ahead.items("", true)).toEqual(["Kettle"]);
  });
});

describe("what to count first", () => {
  const silent = { ...kettle, silent: 0.001 };

  it("is what has been silent for too long, the most improbable first", () => {
    const found = toCount([lamp, silent, { ...lamp, silent: 0.0001 }], new Map());
    expect(found.map(({ forecast }) => forecast.item)).toEqual(["Lamp", "Kettle"]);
  });

  it("is nothing that was counted, until it has been silent for too long again", () => {
    expect(toCount([silent], new Map([["Kettle", 0.1]]))).toEqual([]);
    expect(toCount([silent], new Map([["Kettle", 6]])).map(({ silent }) => silent > 0.001)).toEqual([true]);
  });
});

describe("reorder points", () => {
  const weekly = { leadDays: 7, reviewDays: 7, service: 0.95 };

  it("are suggested as functions/look_ahead/suggest.py does", () => {
    expect(suggest(kettle, 5, weekly)).toEqual({ point: 22, order: 24 });
    expect(suggest(kettle, 23, weekly)).toEqual({ point: 22, order: 0 });
    expect(suggest({ ...kettle, why: "gaps" }, 5, weekly)).toBeNull();
  });

  it("hold in the order of docs/data-model.md", () => {
    const ofItem = [["A", "Berlin", 1], ["A", "*", 3], ["B", "*", 3], ["C", "*", 3]] as const;
    const set = {
      ofItem: new Map(ofItem.map(([Item, Store, ReorderPoint]) => [at(Store, Item), { Store, Item, ReorderPoint }])),
      ofStore: new Map([["Berlin", 4], ["*", 5]]),
    };
    const held = [row("A", 9, { ReorderPoint: 2 }), row("B", 9, { ReorderPoint: 2 }), row("C", 9), row("D", 9)].map((row) => heldFor(row, set));
    expect(held.map((each) => [each?.point, each?.from])).toEqual([[1, "item"], [2, "file"], [3, "everywhere"], [4, "store"]]);
    const none = { ofItem: new Map([[at("Berlin", "D"), { Store: "Berlin", Item: "D", SetBy: "who took it away" }]]), ofStore: new Map<string, number>() };
    expect([heldFor(row("D", 9), { ...none, ofStore: new Map([["*", 5]]) })?.point, heldFor(row("D", 9), none)]).toEqual([5, undefined]);
  });
});

describe("the past of a store", () => {
  // Ten days; A was out for two, B came after five, and C, which never changed, is out all the time.
  const pasts = new Map([["A", past(5, [4, 0], [6, 3])], ["B", past(null, [5, 2])]]);
  const now = { at: 10 * DAY, items: 3, out: ["C"] };

  it("tells how many items were carried and out", () => {
    expect(levels(pasts, now, 0)).toEqual([
      { at: 0, items: 2, out: 1 },
      { at: 4 * DAY, items: 2, out: 2 },
      { at: 5 * DAY, items: 3, out: 2 },
      { at: 6 * DAY, items: 3, out: 1 },
    ]);
    expect(levels(pasts, { ...now, out: ["A", "C"] }, 0).at(-1)).toEqual({ at: 10 * DAY, items: 3, out: 2 });
  });

  it("adds up to its availability", () => {
    expect(onShelf(levels(pasts, now, 0), 0, 10 * DAY)).toEqual({ in: 13, of: 25 });
    expect(onShelf(levels(pasts, now, 0), 8 * DAY, 10 * DAY)).toEqual({ in: 4, of: 6 });
  });

  it("has the counts of a day, also of what is gone since", () => {
    const gone = new Map([...pasts, ["Bolt", past(7, [8, null])]]);
    const rows = [row("A", 3), row("B", 2), row("C", 0)];
    expect(countsThen(rows, gone, 4.5 * DAY, "", null)).toEqual([{ item: "A", count: 0, now: 3 }, { item: "Bolt", count: 7, now: null }, { item: "C", count: 0, now: 0 }]);
    expect(countsThen([row("A", 3)], gone, 4.5 * DAY, "", "A")).toEqual([{ item: "A", count: 0, now: 3 }]);
  });
});
