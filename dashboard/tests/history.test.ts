import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
// Made by functions/stock/history.py, which is tested with the same.
import made from "../../tests/unit/packs.json";
import { app } from "../src/app";
import { CredentialSource } from "../src/aws/credentials";
import { DynamoDB } from "../src/aws/dynamodb";
import type { Config } from "../src/config";
import { availability, changesOf, countAt, readHistory, spans, steps, timeOf, type Past } from "../src/data/history";

const { packs, changes, withdrawn, pasts } = made.history;
const bytes = (text: string) => Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
const at = (text: string) => Date.parse(text);
const told = (past: Past | undefined) => past && [past.first, past.steps.map(({ token, count }) => [token, count])];
const read = async () => (await Promise.all(packs.map(([key, packed]) => changesOf(key ?? "", bytes(packed ?? ""))))).flat();

describe("packs", () => {
  it("hold the facts that were packed", async () => {
    const found = (await read()).map(({ item, token, before, after }) => [item, token, before, after]);
    const once = [...new Set(found.map((fact) => JSON.stringify(fact)))].sort();
    expect(once).toEqual(changes.map((fact) => JSON.stringify(fact)).sort());
  });

  it("make the pasts that the functions make of them, whatever their order and without what was withdrawn", async () => {
    for (const facts of [await read(), (await read()).reverse()]) {
      expect(Object.fromEntries([...steps(facts, new Set(withdrawn))].map(([item, past]) => [item, told(past)]))).toEqual(pasts);
    }
  });

  it("tell what was before an upload, not what one said that was withdrawn after it or before it", () => {
    const [mon, tue, wed] = ["23", "24", "25"].map((day) => `202611${day}T080000.000Z-000000000000000001-0a0b0c0d`);
    const fact = (token = "", before: number, after: number) => ({ item: "tea", token, before, after, late: false });
    const again = [fact(mon, 7, 5), fact(tue, 5, 50), fact(mon, 50, 5)]; // the row is the older upload's again, from 50
    expect(told(steps(again, new Set([`${tue}`])).get("tea"))).toEqual([7, [[mon, 5]]]);
    const before = [fact(tue, 5, 99), fact(wed, 99, 4)];
    expect(told(steps(before, new Set([`${tue}`])).get("tea"))).toEqual([5, [[wed, 4]]]);
    expect(steps([fact(tue, 5, 99)], new Set([`${tue}`])).size).toBe(0);
  });

  it("tell which facts showed late, unless an upload's own pack has them", async () => {
    const found = steps(await read());
    expect(found.get("Kettle")?.steps.map(({ late }) => late)).toEqual([false, true]);
    expect(found.get("Lid")?.steps.map(({ late }) => late)).toEqual([false]);
    const again = (await changesOf(`${packs[4]?.[0]}`, bytes(packs[4]?.[1] ?? ""))).map((change) => ({ ...change, late: false }));
    expect(steps([...(await read()), ...again]).get("Kettle")?.steps[1]?.late).toBe(false);
  });
});

describe("a past", () => {
  const past: Past = {
    first: 3,
    steps: [
      { at: at("2026-11-02T00:00Z"), token: "1", count: 0, late: false },
      { at: at("2026-11-03T12:00Z"), token: "2", count: 7, late: false },
      { at: at("2026-11-05T00:00Z"), token: "3", count: null, late: false },
    ],
  };

  it("has a count at every moment", () => {
    const counts = ["2026-11-01T00:00Z", "2026-11-02T00:00Z", "2026-11-04T00:00Z", "2026-11-06T00:00Z"].map((moment) => countAt(past, at(moment)));
    expect(counts).toEqual([3, 0, 7, null]);
  });

  it("was in stock for a part of the days in which the store carried the item", () => {
    expect(availability(past, at("2026-11-01T00:00Z"), at("2026-11-08T00:00Z"))).toEqual({ in: 2.5, days: 4 });
    expect(availability({ first: null, steps: [] }, 0, at("2026-11-01T00:00Z"))).toEqual({ in: 0, days: 0 });
  });

  it("has spans of one count, without gaps", () => {
    expect(spans(past, at("2026-11-02T12:00Z"), at("2026-11-04T00:00Z"))).toEqual([
      { from: at("2026-11-02T12:00Z"), to: at("2026-11-03T12:00Z"), count: 0 },
      { from: at("2026-11-03T12:00Z"), to: at("2026-11-04T00:00Z"), count: 7 },
    ]);
  });
});

describe("reading the history of a store", () => {
  beforeAll(() => {
    const config = { region: "eu-central-1", endpoint: null, historyTable: "History", uploadsTable: "Uploads" } as Config;
    const credentials = new CredentialSource(() => Promise.resolve({ accessKeyId: "k", secretAccessKey: "s", sessionToken: "t", expires: Date.now() + 3600_000 }));
    Object.assign(app, { config, db: new DynamoDB(config, credentials) });
  });
  beforeEach(() => vi.useFakeTimers({ toFake: ["Date"], now: at("2026-11-05T08:00:00Z") }));
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const wire = packs.map(([key, packed]) => ({ Pack: { S: key ?? "" }, Changes: { B: packed ?? "" } }));
  const tokens = [...new Set(changes.map((change) => String(change[1])))].filter((token) => !token.includes("-hand-")).sort();
  const ledger = tokens.map((token) => ({ Token: { S: token }, ...(withdrawn.includes(token) ? { Withdrawn: { BOOL: true } } : {}) }));

  /** Answers as DynamoDB does, the packs in two pages. */
  function answer() {
    vi.stubGlobal("fetch", async (request: Request) => {
      const asked = (await request.json()) as Record<string, never> & { TableName: string; Limit?: number };
      const values = asked["ExpressionAttributeValues"] as unknown as Record<string, { S: string }>;
      const from = values[":from"]?.S ?? "";
      if (asked.Limit) return Response.json({ Items: wire.filter(({ Pack }) => Pack.S < from).slice(-1) });
      if (asked.TableName === "Uploads") return Response.json({ Items: values[":scope"]?.S === "store:*" ? [] : ledger.filter(({ Token }) => Token.S >= from) });
      const rest = wire.filter(({ Pack }) => Pack.S >= from);
      return Response.json(asked["ExclusiveStartKey"] ? { Items: rest.slice(2) } : { Items: rest.slice(0, 2), LastEvaluatedKey: { Pack: { S: "there" } } });
    });
  }

  it("puts its packs together, and says which uploads looked at it and since when it is known", async () => {
    answer();
    const history = await readHistory("Berlin", 30);
    expect(Object.fromEntries([...history.pasts].map(([item, past]) => [item, told(past)]))).toEqual(pasts);
    expect(history.looks).toEqual(tokens.filter((token) => !withdrawn.includes(token)));
    expect(history.from).toEqual(new Date("2026-11-01T08:00:04Z"));
  });

  it("takes of a late upload of an earlier time no more than that a later step has a count before it", async () => {
    answer();
    const history = await readHistory("Berlin", 2);
    expect(history.from).toEqual(new Date("2026-11-03T08:00:00Z"));
    expect(told(history.pasts.get("Kettle"))).toEqual([4, []]);
    expect(history.looks.map(timeOf).every((time) => time >= history.from.getTime())).toBe(true);
  });
});
