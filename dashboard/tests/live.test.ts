import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EVERYTHING, SOMETHING, type Change, type UploadPulse } from "../src/data/changes";
import type { Inventory } from "../src/data/inventory";
import { Live } from "../src/data/live.svelte";

/** Tables of so many shards, of which the pulse sees marks; and what the newest uploads are. */
function tables(shards: number) {
  const marks = new Map<string, string>();
  const asked: string[] = [];
  const there = {
    marks,
    asked,
    uploads: [] as UploadPulse[],
    mark: (of: string, shard: number) => {
      asked.push(`${of} ${shard}`);
      return Promise.resolve(marks.get(`${of} ${shard}`) ?? "");
    },
    newest: () => {
      asked.push("newest");
      return Promise.resolve({ uploads: there.uploads, alerts: [] });
    },
  };
  const told: Change[] = [];
  const live = new Live(there as unknown as Inventory, shards);
  live.listen((change) => told.push(change));
  return { there, told, live };
}

const looks = (count: number) => vi.advanceTimersByTimeAsync(count * 2000 - 1000);

describe("the pulse", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("document", { hidden: false, addEventListener: () => undefined });
    vi.stubGlobal("addEventListener", () => undefined);
  });
  afterEach(() => void (vi.unstubAllGlobals(), vi.useRealTimers()));

  it("looks at uploads, at alerts half as often, and at nothing else as long as nothing changes", async () => {
    const { there, told, live } = tables(1);
    live.start();
    await looks(6);
    there.asked.length = told.length = 0;
    await looks(4);
    expect(there.asked).toEqual(["uploads 0", "alerts 0", "uploads 0", "uploads 0", "alerts 0", "uploads 0"]);
    expect(told).toEqual([]);
  });

  it("tells once what came after a page was read and before the first look, and nothing of what is older", async () => {
    const { there, told, live } = tables(1);
    const uploadOf = (Token: string, store: string, secondsAgo: number) => {
      const Finished = new Date(Date.now() - secondsAgo * 1000).toISOString();
      return { Token, State: "loaded" as const, Stores: [store], StoreCount: 1, Finished };
    };
    there.uploads = [uploadOf("2", "Berlin", 1), uploadOf("1", "Karachi", 300)];
    live.start();
    await looks(2);
    expect(told).toEqual([{ stores: new Set(["Berlin"]), uploads: true, alerts: true }]);
    await looks(5);
    there.uploads = [uploadOf("1", "Karachi", 300)];
    told.length = 0;
    live.restart();
    await looks(5);
    expect(told).toEqual([EVERYTHING]);
  });

  it("asks what it was when something changed, and tells that at once and twice again", async () => {
    const { there, told, live } = tables(1);
    live.start();
    await looks(6);
    there.asked.length = told.length = 0;
    there.marks.set("uploads 0", "another");
    there.uploads = [{ Token: "1", State: "loaded", Stores: ["Berlin"], StoreCount: 1 }];
    await vi.advanceTimersByTimeAsync(2000);
    expect(told).toEqual([{ stores: new Set(["Berlin"]), uploads: true, alerts: true }]);
    await looks(4);
    expect(told).toHaveLength(3);
    expect(there.asked.filter((what) => what === "newest")).toHaveLength(1);
  });

  it("lets shards take turns, and tells once what came before the first look at the last of them", async () => {
    const { there, told, live } = tables(4);
    there.uploads = [{ Token: "1", State: "loading", Stores: ["Berlin"], StoreCount: 1 }];
    live.start();
    await looks(8);
    expect(there.asked.filter((what) => what.startsWith("uploads"))).toEqual([0, 1, 2, 3, 0, 1, 2, 3].map((shard) => `uploads ${shard}`));
    expect(told[0]).toBe(SOMETHING);
    told.length = 0;
    await looks(8);
    told.length = 0;
    there.marks.set("uploads 2", "another");
    await looks(4);
    expect(told.length).toBeGreaterThan(0);
  });

  it("looks again at once if that is asked for while a look is on its way that fails", async () => {
    const { there, live } = tables(1);
    const mark = there.mark;
    there.mark = () => new Promise((_, fail) => setTimeout(() => fail(new Error("no connection")), 500));
    live.start();
    await vi.advanceTimersByTimeAsync(200);
    there.mark = mark;
    live.lookNow();
    await vi.advanceTimersByTimeAsync(400);
    expect(live.status).toBe("live");
  });

  it("does with a look what is due, and not before", async () => {
    const { live } = tables(1);
    const work = vi.fn();
    live.start();
    const stop = live.each(60_000, work);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(work).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(4000);
    expect(work).toHaveBeenCalledTimes(1);
    stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
