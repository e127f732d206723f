import { describe, expect, it } from "vitest";
import type { DynamoDB, Page, Query } from "../src/aws/dynamodb";
import type { Config } from "../src/config";
import { app } from "../src/app";
import { alertLog } from "../src/data/alerts";
import { Inventory, type ListPage } from "../src/data/inventory";
import type { Row } from "../src/data/model";
import { inOrder } from "../src/data/short";
import { shardsOf, uploadScopes, type Key, type Placed } from "../src/data/shards";

type Found = Record<string, string>;

/** A table that answers a Query of one key as DynamoDB does: rows in the order of their range, the same ones in its own. */
function table(rows: Found[], key: string, range: string) {
  const asked: Query[] = [];
  const query = (question: Query): Promise<Page<Found>> => {
    asked.push(question);
    const bound = / AND #\w+ (<=?|>=?) :start/.exec(question.where)?.[1];
    const holds = (at: string) => {
      const start = String(question.values[":start"]);
      return !bound || (bound.startsWith("<") ? at < start : at > start) || (bound.endsWith("=") && at === start);
    };
    const found = rows.filter((row) => row[key] === question.values[":shard"]).sort((a, b) => ((a[range] ?? "") < (b[range] ?? "") ? -1 : a[range] === b[range] ? 0 : 1));
    if (question.descending) found.reverse();
    const after = question.after;
    const from = after ? found.findIndex((row) => Object.entries(after).every(([name, value]) => row[name] === value)) + 1 : 0;
    const left = found.slice(from).filter((row) => holds(row[range] ?? ""));
    const page = left.slice(0, question.limit);
    return Promise.resolve({ rows: page, next: page.length < left.length ? (page.at(-1) as Key) : null });
  };
  return { asked, db: { query } as unknown as DynamoDB };
}

const SHARDS = 16;
const config = { shards: SHARDS } as Config;
const shards = shardsOf("out", SHARDS);
/** 60 rows, many of the same moment: an upload makes them so. The first 20 were written before there were shards. */
const ROWS: Found[] = Array.from({ length: 60 }, (_, n) => ({
  Store: `S${(n * 7) % 10}`,
  Item: String(n),
  Since: `t${Math.floor(n / 6) % 4}`,
  Short: n < 20 ? "out" : (shards[(n * 5) % SHARDS] ?? ""),
}));
const keyOf = (row: Placed<Row> | undefined): Key => ({ Short: row?.shard ?? "", Since: row?.Since ?? "", Store: row?.Store ?? "", Item: row?.Item ?? "" });

describe("a list that is spread over shards", () => {
  it("has every row once, in order, from page to page and back", async () => {
    const inventory = new Inventory(table(ROWS, "Short", "Since").db, config, () => Promise.resolve(false));
    const pages: ListPage<Placed<Row>>[] = [await inventory.short("out", {}, 7)];
    for (let page = pages[0]; page?.next && pages.length < 20; page = pages.at(-1)) pages.push(await inventory.short("out", { after: keyOf(page.rows.at(-1)) }, 7));
    const all = pages.flatMap((page) => page.rows);
    expect(new Set(all.map((row) => row.Item)).size).toBe(60);
    expect(all).toHaveLength(60);
    expect(all.map((row) => row.Since)).toEqual(all.map((row) => row.Since).sort());
    expect(all.every((row) => row.Short === "out")).toBe(true);
    for (let at = pages.length - 1; at > 0; at--) {
      const before = await inventory.short("out", { before: keyOf(pages[at]?.rows[0]) }, 7);
      expect(before.rows).toEqual(pages[at - 1]?.rows);
    }
  });

  it("has what the browser keeps, such as the stores of a group, and nothing else, from page to page and back", async () => {
    const inventory = new Inventory(table(ROWS, "Short", "Since").db, config, () => Promise.resolve(false));
    const keep = ({ Store }: { Store: string }) => Store === "S3";
    const first = await inventory.short("out", {}, 4, undefined, keep);
    const second = await inventory.short("out", { after: keyOf(first.rows.at(-1)) }, 4, undefined, keep);
    expect([...first.rows, ...second.rows].map(({ Item }) => Item).sort()).toEqual(ROWS.filter(({ Store }) => Store === "S3").map((row) => row["Item"]).sort());
    expect([first.next, second.next, second.previous]).toEqual([true, false, true]);
    expect((await inventory.short("out", { before: keyOf(second.rows[0]) }, 4, undefined, keep)).rows).toEqual(first.rows);
  });

  it("has of uploads also those of which it is not known: about more stores than they name, or refused before they were read, unless their folder tells", async () => {
    const of = (Token: string, Stores?: string[], StoreCount = Stores?.length, Key = "uploads/a.csv") => ({ Token, Key, ...(Stores && { Stores, StoreCount }) });
    const refused = [of("4"), of("5", undefined, undefined, "uploads/S1/a.csv"), of("6", undefined, undefined, "uploads/S2/a.csv")];
    const uploads = [of("1", ["S1"]), of("2", ["S2"]), of("3", ["S2"], 500), ...refused];
    const query = () => Promise.resolve({ rows: uploads, next: null });
    const inventory = new Inventory({ query } as unknown as DynamoDB, { shards: 1 } as Config, () => Promise.resolve(false));
    const page = await inventory.uploads({}, 9, undefined, ({ Store }) => Store === "S1");
    expect(page.rows.map(({ Token }) => Token)).toEqual(["1", "3", "4", "5"]);
  });

  it("is not to be seen in what is saved of a store: its rows are out, not out.07", async () => {
    const query = () => Promise.resolve({ rows: ROWS, next: null });
    const pages = new Inventory({ query } as unknown as DynamoDB, config, () => Promise.resolve(false)).everyItem("S1", "");
    expect((await pages.next()).value?.every(({ Short }: Row) => Short === "out")).toBe(true);
  });

  it("reads not much more than it shows", async () => {
    const { asked, db } = table(ROWS, "Short", "Since");
    await new Inventory(db, config, () => Promise.resolve(false)).short("out", {}, 15);
    expect(new Set(asked.map((query) => query.values[":shard"]))).toEqual(new Set(shards));
    expect(asked.every((query) => query.limit === 2)).toBe(true);
  });

  it("looks for alerts of one event in whole pages, as they may be rare, and in one key if they are of one store", async () => {
    const { asked, db } = table([], "Log", "At");
    Object.assign(app, { db, config, session: { seesPeople: () => Promise.resolve(false) } });
    const { signal } = new AbortController();
    await alertLog("", "RUNS_OUT_SOON", {}, 15, signal);
    expect(asked.map(({ filter, limit }) => [filter, limit])).toEqual(shards.map(() => ["#Event = :event", undefined]));
    asked.length = 0;
    await alertLog("Berlin", "RUNS_OUT_SOON", {}, 15, signal);
    expect(asked.map(({ where, values }) => [where, values])).toEqual([["#Store = :shard", { ":shard": "Berlin", ":event": "RUNS_OUT_SOON" }]]);
  });

  it("has uploads newest first, whatever their shard", async () => {
    const uploads = Array.from({ length: 20 }, (_, n) => `token-${String(n).padStart(2, "0")}-${(n % 16).toString(16)}`);
    const records = uploads.map((Token, n) => ({ Token, Scope: n < 5 ? "all" : (uploadScopes(Token, SHARDS)[0] ?? "") }));
    const inventory = new Inventory(table(records, "Scope", "Token").db, config, () => Promise.resolve(false));
    const first = await inventory.uploads({}, 12);
    const second = await inventory.uploads({ after: { Scope: "all", Token: first.rows.at(-1)?.Token ?? "" } }, 12);
    expect([...first.rows, ...second.rows].map((upload) => upload.Token)).toEqual(uploads.reverse());
    expect(second).toMatchObject({ previous: true, next: false });
  });
});

describe("what is short in a group of stores, gathered", () => {
  it("is in the order of how long it is, from page to page and back", async () => {
    const rows = ["c3", "a1", "b2", "e5", "d4"].map((name, at): Row => ({ Store: at % 2 ? "A" : "B", Item: name, Count: 0, Since: `t${Number(name[1]) % 3}` }));
    const all = (await inOrder(rows, {}, 9)).rows;
    expect(all.map(({ Since, Store, Item }) => `${Since} ${Store} ${Item}`)).toEqual(["t0 B c3", "t1 A a1", "t1 B d4", "t2 A e5", "t2 B b2"]);
    const first = await inOrder(rows, {}, 2);
    const second = await inOrder(rows, { after: keyOf(first.rows[1]) }, 2);
    expect([...first.rows, ...second.rows]).toEqual(all.slice(0, 4));
    expect([first.previous, first.next, second.previous, second.next]).toEqual([false, true, true, true]);
    expect((await inOrder(rows, { before: keyOf(second.rows[0]) }, 2)).rows).toEqual(first.rows);
  });
});
