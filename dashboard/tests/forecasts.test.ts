import { describe, expect, it } from "vitest";
// Made by functions/stock/forecast.py, and of its formulas.
import made from "../../tests/unit/packs.json";
import { app } from "../src/app";
import type { DynamoDB } from "../src/aws/dynamodb";
import type { Config } from "../src/config";
import { demandQuantile, forecastsOf, outIn, outWithin, readForecasts, readSoonest } from "../src/data/forecasts";

const packed = made.forecasts.packs.map((text) => Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0)));

describe("what is asked for within some days", () => {
  it.each(made.demand)("$count units within $days days at $rate a day", ({ count, days, out, part, units, ...demand }) => {
    expect(outWithin(demand, count, days)).toBeCloseTo(out, 5);
    expect(demandQuantile(demand, days, part)).toBe(units);
  });

  it("is nothing without sales, and all that there is when there is nothing", () => {
    const none = { rate: 0, spread: 1, doubt: 0 };
    expect([outWithin(none, 1, 60), outWithin(none, 0, 1), demandQuantile(none, 60, 0.9)]).toEqual([0, 1, 0]);
    expect(outIn(none, 5)).toEqual({ first: null, last: null });
  });

  it("takes no longer where somebody typed a barcode for a count", () => {
    const [rate, great] = [1e5, 1e12].map((rate) => ({ rate, spread: 1.5, doubt: 0.16 * rate ** 2 }));
    expect(outIn(great!, 1e13)).toEqual(outIn(rate!, 1e6));
    expect(demandQuantile(great!, 7, 0.95) / 1e12).toBeCloseTo(demandQuantile(rate!, 7, 0.95) / 1e5, 2);
    expect(outWithin({ rate: 7e10, spread: 4e12, doubt: 8e20 }, 12, 7)).toBeGreaterThan(0);
  }, 10_000);

  it("ends in a range of days", () => {
    const { first, last } = outIn({ rate: 2, spread: 1.5, doubt: 0.05 }, 10);
    expect([first, last]).toEqual([3, 8]);
    expect(outIn({ rate: 0.1, spread: 1, doubt: 0.001 }, 4)).toEqual({ first: 17, last: null });
  });
});

describe("forecasts", () => {
  const config = { forecastsTable: "Forecasts", shards: 1 } as Config;

  it("are as they were packed", async () => expect((await Promise.all(packed.map(forecastsOf))).flat()).toEqual(made.forecasts.forecasts));

  it("of a store are those of its parts, without what an older one left behind", async () => {
    const parts = [
      { Store: "Berlin", Part: "0", Parts: 1, At: "2026-11-22T05:00:00Z", Soon: 2, Items: packed[0] },
      { Store: "Berlin", Part: "1", Items: Uint8Array.from([1, 2, 3]) },
    ];
    Object.assign(app, { config, db: { queryAll: () => Promise.resolve(parts) } as unknown as DynamoDB });
    const forecast = await readForecasts("Berlin");
    expect([...(forecast?.items.keys() ?? [])]).toEqual(["Kettle", "Tee „Grün“"]);
    expect(forecast).toMatchObject({ At: "2026-11-22T05:00:00Z", Soon: 2 });
    Object.assign(app, { db: { queryAll: () => Promise.resolve([]) } });
    expect(await readForecasts("Pusan")).toBeNull();
  });

  it("of all stores come most likely first, from all shards", async () => {
    const likely: Record<string, number[]> = { all: [0.9, 1e-7], "all.01": [0.95, 0.2] };
    const query = ({ values }: { values: Record<string, string> }) =>
      Promise.resolve({ rows: (likely[values[":shard"] ?? ""] ?? []).map((Likely) => ({ Store: String(Likely), Likely })), next: null });
    Object.assign(app, { config: { ...config, shards: 2 }, db: { query } as unknown as DynamoDB });
    expect((await readSoonest(4)).map(({ Likely }) => Likely)).toEqual([0.95, 0.9, 0.2, 1e-7]);
  });
});
