import { describe, expect, it, vi } from "vitest";
import type { DynamoDB, Query } from "../src/aws/dynamodb";
import type { Config } from "../src/config";
import { concerns, difference, type AlertPulse, type UploadPulse } from "../src/data/changes";
import { csvCell, csvLine, sheetCell, sheetLine } from "../src/data/csv";
import formulas from "../../tests/unit/formulas.json";
import { Inventory } from "../src/data/inventory";
import { app } from "../src/app";
import { openAlerts } from "../src/data/alerts";
import { fileName, isStale, person, type StoreSummary } from "../src/data/model";
import { isThis } from "../src/data/sending.svelte";
import { i18n } from "../src/i18n/index.svelte";

const upload = (Token: string, more: Partial<UploadPulse> = {}): UploadPulse => ({ Token, State: "loaded", Stores: [], StoreCount: 0, ...more });
const alert = (Store: string, more: Partial<AlertPulse> = {}): AlertPulse => ({ Store, Alert: "a", ...more });
const guest = () => Promise.resolve(false);
const looks = (uploads: UploadPulse[], alerts: AlertPulse[] = []) => ({ uploads, alerts });

describe("the difference between two looks", () => {
  it("is nothing when nothing changed", () => {
    expect(difference(looks([upload("1")], [alert("Berlin")]), looks([upload("1")], [alert("Berlin")]))).toBeNull();
  });

  it("names the stores of a new upload", () => {
    const change = difference(looks([upload("1")]), looks([upload("2", { Stores: ["Berlin"], StoreCount: 1 }), upload("1")]));
    expect(change && [...(change.stores ?? [])]).toEqual(["Berlin"]);
    expect(change && concerns(change, "Berlin")).toBe(true);
    expect(change && concerns(change, "Pusan")).toBe(false);
  });

  it("is any store when an upload touches more stores than it lists, or does not know them yet", () => {
    const many = difference(looks([upload("1")]), looks([upload("2", { Stores: ["Berlin"], StoreCount: 500 }), upload("1")]));
    expect(many?.stores).toBeNull();
    const unknown = difference(looks([upload("1")]), looks([upload("2", { State: "loading" }), upload("1")]));
    expect(unknown?.stores).toBeNull();
  });

  it("is no store when a file was refused", () => {
    const change = difference(looks([upload("1")]), looks([upload("2", { State: "refused" }), upload("1")]));
    expect(change?.stores?.size).toBe(0);
    expect(change?.uploads).toBe(true);
  });

  it("sees progress", () => {
    const before = looks([upload("1", { State: "loading", PartsDone: 1, Stores: ["A"], StoreCount: 1 })]);
    const now = looks([upload("1", { State: "loading", PartsDone: 2, Stores: ["A"], StoreCount: 1 })]);
    expect(difference(before, now)?.uploads).toBe(true);
  });

  it("is any store when more happened than the window shows", () => {
    const change = difference(looks([upload("1")]), looks([upload("9", { Stores: ["A"], StoreCount: 1 }), upload("8", { Stores: ["B"], StoreCount: 1 })]));
    expect(change?.stores).toBeNull();
  });

  it("sees an alert that was closed", () => {
    const change = difference(looks([upload("1")], [alert("Berlin")]), looks([upload("1")], [alert("Berlin", { ClosedAt: "now" })]));
    expect(change).toMatchObject({ uploads: false, alerts: true });
    expect(change && concerns(change, "Berlin")).toBe(true);
  });
});

describe("CSV for spreadsheets", () => {
  it("quotes what must be quoted", () => expect(csvLine(["a,b", 'say "hi"', 3])).toBe('"a,b","say ""hi""",3\r\n'));
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])("makes no formula of %j", (text) => expect(csvCell(text)).toBe(`'${text}`));
  it("finds one behind a tab and on a line of its own", () => expect(sheetCell("\t=1\n=1\t+1")).toBe(`"'\t=1\n'=1\t'+1"`));
  it.each(formulas)("saves %j as %j", (text, saved) => expect(sheetCell(text)).toBe(/[",;\r\n]/.test(saved) ? `"${saved.replaceAll('"', '""')}"` : saved));

  it("goes by the language on screen: Excel in German wants semicolons, and a comma before decimals", () => {
    const cells = ["a;b", "=1", -3, 0.25];
    expect(sheetLine(cells)).toBe(`"a;b",'=1,-3,0.25\r\n`);
    Object.assign(i18n, { language: "de", locale: "de-DE" });
    expect(sheetLine(cells)).toBe(`"a;b";'=1;-3;"0,25"\r\n`);
    expect(csvLine(["a", 1])).toBe("a,1\r\n"); // what is sent to onhand
    Object.assign(i18n, { language: "en", locale: "en" });
  });
});

describe("names and times", () => {
  it("shows who sent a file", () => {
    expect(person("AWS:AIDAEXAMPLE:till-7")).toBe("till-7");
    expect(person("nora@example.com")).toBe("nora@example.com");
    expect(fileName("uploads/Berlin/count.csv")).toBe("count.csv");
  });

  it("calls a store stale after a day without a file", () => {
    const store = (at?: string) => ({ Store: "A", Items: 0, Units: 0, Out: 0, Low: 0, LastUpload: at ? Date.parse(at) : null }) satisfies StoreSummary;
    const now = Date.parse("2026-11-22T09:00:00Z");
    expect(isStale(store("2026-11-21T10:00:00.000Z"), now)).toBe(false);
    expect(isStale(store("2026-11-21T08:00:00.000Z"), now)).toBe(true);
    expect(isStale(store(), now)).toBe(true);
  });

  it("knows a sent file by its version, or by its name and time", () => {
    const found = { Token: "1", Key: "uploads/a.csv", VersionId: "v1", At: "2026-11-22T09:00:00.000Z", State: "loaded" as const };
    const startedAt = Date.parse("2026-11-22T08:59:59Z");
    expect(isThis(found, { key: "uploads/a.csv", version: "v1", startedAt })).toBe(true);
    expect(isThis(found, { key: "uploads/a.csv", version: "v2", startedAt })).toBe(false);
    expect(isThis(found, { key: "uploads/a.csv", version: null, startedAt })).toBe(true);
    expect(isThis(found, { key: "uploads/a.csv", version: null, startedAt: startedAt + 3600_000 })).toBe(false);
    expect(isThis(found, { key: "uploads/b.csv", version: "v1", startedAt })).toBe(false);
  });
});

describe("pages of a list", () => {
  const config = { inventoryTable: "Inventory", shards: 1 } as Config;
  const rows = (names: string[]) => names.map((Item) => ({ Store: "A", Item, Count: 1 }));
  const asked = (found: string[]) => {
    const query = vi.fn((_: Query) => Promise.resolve({ rows: rows(found), next: null }));
    return { query, inventory: new Inventory({ query } as unknown as DynamoDB, config, guest) };
  };

  it("asks for one row more than it shows, to know whether there is a next page", async () => {
    const { query, inventory } = asked(["a", "b", "c"]);
    const page = await inventory.items("A", "", {}, 2, false);
    expect(query.mock.calls[0]?.[0]).toMatchObject({ limit: 3, descending: false });
    expect(page.rows.map((row) => row.Item)).toEqual(["a", "b"]);
    expect(page).toMatchObject({ previous: false, next: true });
  });

  it("reads backwards for the page before, and shows it forwards", async () => {
    const { query, inventory } = asked(["d", "c", "b"]);
    const page = await inventory.items("A", "", { before: { Store: "A", Item: "e" } }, 2, false);
    expect(query.mock.calls[0]?.[0]).toMatchObject({ descending: true, after: { Item: "e" } });
    expect(page.rows.map((row) => row.Item)).toEqual(["c", "d"]);
    expect(page).toMatchObject({ previous: true, next: true });
  });

  it("reads the last page from the end", async () => {
    const { inventory } = asked(["z", "y"]);
    const page = await inventory.items("A", "", { last: true }, 2, false);
    expect(page.rows.map((row) => row.Item)).toEqual(["y", "z"]);
    expect(page).toMatchObject({ previous: false, next: false });
  });

  it("reads what is short in one store, and nothing else, from its index", async () => {
    const { query, inventory } = asked([]);
    for await (const page of inventory.shortInStore("A", "out", "", new AbortController().signal)) void page;
    expect(query.mock.calls).toHaveLength(1);
    expect(query.mock.calls[0]?.[0]).toMatchObject({ index: "ShortOfStore", values: { ":store": "A", ":short": "out" } });
    expect(query.mock.calls[0]?.[0].filter).toBeUndefined();
  });
});

describe("who did something", () => {
  const config = { alertsTable: "Alerts", uploadsTable: "Uploads", shards: 1 } as Config;
  const ALERT = { Store: "A", Alert: "1", Item: "kettle", Event: "OUT_OF_STOCK", At: "2026-11-22T08:36:52.123Z" };
  const look = async (person: boolean) => {
    const query = vi.fn((_: Query) => Promise.resolve({ rows: [ALERT, { Store: "A", Alert: "junk", At: "long ago" }], next: null }));
    const inventory = new Inventory({ query } as unknown as DynamoDB, config, () => Promise.resolve(person));
    Object.assign(app, { db: { query }, config, session: { seesPeople: () => Promise.resolve(person) } });
    const alerts = await openAlerts("out", {}, 5, false);
    await inventory.uploads({}, 5);
    await inventory.upload("1");
    return { alerts: alerts.rows, asked: query.mock.calls.flatMap(([question]) => question.only) };
  };

  it("is asked for by people", async () => {
    const { alerts, asked } = await look(true);
    expect(alerts).toHaveLength(1); // the other is none
    expect(asked).toEqual(expect.arrayContaining(["By", "UploadedBy", "Reason", "FirstRejected"]));
  });

  it("is not asked for by guests", async () => {
    const { alerts, asked } = await look(false);
    expect(alerts).toEqual([{ ...ALERT, shard: "out" }]);
    for (const name of ["By", "UploadedBy", "Reason", "FirstRejected", "AckBy", "AckNote"]) expect(asked).not.toContain(name);
  });
});
