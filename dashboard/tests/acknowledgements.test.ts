import { beforeEach, describe, expect, it, test, vi } from "vitest";
// The cases with which functions/stock/acknowledgements.py is tested, too.
import cases from "../../tests/unit/acknowledgements.json";
import { acknowledgement, covers, dayOf, isTold, type Acknowledgement } from "../src/data/acknowledgements";
import type { Query } from "../src/aws/dynamodb";
import type { Change } from "../src/data/changes";
import type { Alert } from "../src/data/model";
import { lastVisit } from "../src/data/visits";
import { Ticks } from "../src/parts/ticks.svelte";

const key = (event: string, day = 1) => `2026120${day}T080000.000Z-0#${event}#tea`;
const alert = (event: string, day = 1) => ({ Alert: key(event, day), Event: event }) as Alert;
const said = (kind: string, of: string, until: string): Acknowledgement => acknowledgement({ Kind: kind, Of: of, Until: until, AckAt: "2026-11-30T08:00:00.000Z" });

describe("what was said of an alert", () => {
  test.each(cases.said_of_it)("%s, on %s: covers it is %s", (kind, today, covered) => {
    expect(covers(said(kind as string, key("OUT_OF_STOCK"), "2026-12-03"), alert("OUT_OF_STOCK"), today as string)).toBe(covered);
  });

  test.each(cases.said_of_another)("%s of %s covers %s: %s", (kind, of, comes, covered) => {
    expect(covers(said(kind as string, key(of as string), "2026-12-30"), alert(comes as string, 2), "2026-12-02")).toBe(covered);
  });

  it("is told beside an alert that is worse, as long as it is not past", () => {
    const ordered = said("ordered", key("LOW_STOCK"), "2026-12-03");
    expect(isTold(ordered, alert("OUT_OF_STOCK", 2), "2026-12-02")).toBe(true);
    expect(isTold(ordered, alert("OUT_OF_STOCK", 2), "2026-12-03")).toBe(false);
    expect(isTold(ordered, alert("LOW_STOCK"), "2026-12-03")).toBe(true);
  });

  it("is nothing, or no more than texts say, whatever somebody wrote", () => {
    expect(acknowledgement({ AckAt: 5, AckBy: { boss: true }, Kind: "ack", Of: 7 })).toEqual({ kind: "undone", of: "", until: "", by: "", at: "", note: "", seen: "" });
    const forged = acknowledgement({ AckAt: "long ago", AckBy: "no\u202era", AckNote: "x".repeat(100_000), Kind: "snooze", Of: key("LOW_STOCK"), Until: "<b>" });
    expect(forged).toMatchObject({ kind: "snooze", by: "no ra", at: "", note: "x".repeat(500), until: "", seen: "long ago" });
    expect(covers(forged, alert("LOW_STOCK"), "2026-12-01")).toBe(false);
  });
});

describe("the worklist", () => {
  type Hear = (change: Change) => void;
  const row = (number: number): Alert => ({ Store: "A", Item: `item ${number}`, Alert: `${number}#LOW_STOCK#x`, Event: "LOW_STOCK", Count: 1, At: `2026-11-01T00:00:00.${String(number).padStart(4, "0")}Z`, Open: "low" });
  const record = (item: string, of: string, kind = "ack", at = "08:00") => ({ Store: "A", Alert: `item#${item}`, AckAt: `2026-11-30T${at}:00.000Z`, Kind: kind, Of: of });

  /** A list of rows; `cared`: of which of them somebody takes care. */
  async function listOf(rows: Alert[], cared: (alert: Alert) => boolean) {
    vi.resetModules();
    const { app } = await import("../src/app");
    const { sayings } = await import("../src/data/sayings.svelte");
    const { Worklist } = await import("../src/data/worklist.svelte");
    const asked: number[] = [];
    const listeners: Hear[] = [];
    const looks: (() => void)[] = [];
    let since: object[] = [];
    Object.assign(app, {
      config: { acknowledgementsTable: "Acknowledgements", alertsTable: "Alerts", shards: 1 },
      session: { who: "signedIn", seesPeople: () => Promise.resolve(true) },
      live: { now: Date.parse("2026-12-01T12:00:00Z"), listen: (hear: Hear) => (listeners.push(hear), () => undefined), each: (_: number, look: () => void) => (looks.push(look), () => undefined) },
      db: {
        batchGet: (_: string, keys: { Alert: string }[]) => {
          asked.push(keys.length);
          const wanted = new Set(keys.map(({ Alert }) => Alert));
          return Promise.resolve(rows.filter((row) => wanted.has(`item#${row.Item}`) && cared(row)).map((row) => record(row.Item, row.Alert)));
        },
        queryAll: () => Promise.resolve(since),
        query: (query: Query) => {
          const from = rows.findIndex((row) => row.Alert === query.after?.["Alert"]) + 1;
          return Promise.resolve({ rows: query.values[":shard"] === "low" ? rows.slice(from, from + (query.limit ?? 0)) : [], next: null });
        },
      },
    });
    const list = new Worklist();
    const stop = list.keep();
    await vi.waitFor(() => expect(list.loaded).toBe(true));
    const others = async (...records: object[]) => {
      since = records;
      for (const look of looks) look();
      await new Promise((done) => setTimeout(done));
    };
    return { list, stop, sayings, asked, others, hear: (change: Change) => listeners.forEach((hear) => hear(change)) };
  }

  it("counts all that is open, however much of it is taken care of", async () => {
    const { list } = await listOf(Array.from({ length: 700 }, (_, number) => row(number)), (alert) => Number(alert.Item.slice(5)) < 600);
    expect([list.open.length, list.toDo.length, list.more]).toEqual([700, 100, false]);
  });

  it("reads no more than is needed, and says that there is more", async () => {
    const { list } = await listOf(Array.from({ length: 2000 }, (_, number) => row(number)), () => false);
    expect([list.open.length, list.more]).toEqual([250, true]);
  });

  it("is kept as long as anybody does; what it has is not taken for known afterwards", async () => {
    const { list, stop } = await listOf([row(1)], () => false);
    const other = list.keep();
    stop();
    expect(list.loaded).toBe(true);
    other();
    expect(list.loaded).toBe(false);
  });

  it("hears what others say, and asks again only for what it does not know", async () => {
    const [one, two] = [row(1), row(2)];
    const { list, asked, others, hear } = await listOf([one, two], () => false);
    await others(record(one.Item, one.Alert));
    expect(list.toDo.map(({ Item }) => Item)).toEqual([two.Item]);
    await others(record(one.Item, one.Alert, "undone", "08:01"));
    expect(list.toDo.map(({ Item }) => Item)).toEqual([one.Item, two.Item]);
    hear({ stores: new Set(), uploads: false, alerts: true });
    await new Promise((done) => setTimeout(done));
    expect(asked).toEqual([2]);
    hear((await import("../src/data/changes")).EVERYTHING);
    await vi.waitFor(() => expect(asked).toEqual([2, 2]));
  });
});

describe("ticks", () => {
  it("are set for a range from the last one on, in either direction", () => {
    const keys = ["a", "b", "c", "d", "e"];
    const ticks = new Ticks(() => keys, () => keys.slice(0, 2));
    const ticked = () => keys.filter((key) => ticks.has(key)).join("");
    ticks.click("d", false);
    ticks.click("b", true);
    expect(ticked()).toBe("bcd");
    ticks.click("c", true);
    expect(ticked()).toBe("d");
    ticks.page(true);
    expect(ticked()).toBe("abd");
    ticks.clear();
    ticks.all();
    expect(ticked()).toBe("abcde");
  });
});

describe("a visit", () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    kept.clear();
    vi.stubGlobal("localStorage", { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => kept.set(name, value) });
  });

  it("goes on while somebody comes back within the hour", () => {
    const evening = Date.parse("2026-11-27T18:00:00Z");
    const morning = Date.parse("2026-11-28T08:00:00Z");
    expect(lastVisit(evening)).toBeNull();
    expect(lastVisit(morning)).toBe(evening);
    expect(lastVisit(morning + 1_800_000)).toBe(evening);
    expect(lastVisit(morning + 24 * 3_600_000)).toBe(morning + 1_800_000);
  });

  it("is the first one where something else was kept", () => {
    kept.set("onhand.visits", "{nonsense");
    expect(lastVisit(1)).toBeNull();
  });
});

it("a day is that of the clock on the wall", () => expect(dayOf(new Date(2026, 11, 3, 0, 30).getTime())).toBe("2026-12-03"));
