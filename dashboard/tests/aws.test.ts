import { afterEach, describe, expect, it, vi } from "vitest";
import { attributes, plainItem } from "../src/aws/attributes";
import { learn, local, now, signingTime, timeOf } from "../src/aws/clock";
import { CredentialSource, type Credentials } from "../src/aws/credentials";
import { names } from "../src/aws/dynamodb";
import { AwsError, awsError, kindOf } from "../src/aws/errors";
import { metadataText, objectUrl } from "../src/aws/s3";
import type { Config } from "../src/config";

const config: Config = {
  region: "eu-central-1",
  endpoint: null,
  userPoolId: "eu-central-1_abc",
  userPoolClientId: "client",
  identityPoolId: "eu-central-1:pool",
  guest: true,
  shards: 1,
  uploadsBucket: "uploads",
  inventoryTable: "Inventory",
  storesTable: "Stores",
  reorderPointsTable: "ReorderPoints",
  uploadsTable: "Uploads",
  alertsTable: "Alerts",
  acknowledgementsTable: "Acknowledgements",
  groupsTable: "Groups",
  historyTable: "History",
  forecastsTable: "Forecasts",
  catalogueTable: "Catalogue",
};

describe("DynamoDB's JSON", () => {
  it("becomes plain values", () => {
    const item = plainItem({
      Store: { S: "Berlin" },
      Count: { N: "12" },
      Quiet: { BOOL: true },
      FirstRejected: { L: [{ M: { Line: { N: "4" }, Reason: { S: "no count" } } }] },
      Changes: { B: "AP94" },
      Nothing: { NULL: true },
    });
    expect(item).toEqual({
      Store: "Berlin",
      Count: 12,
      Quiet: true,
      FirstRejected: [{ Line: 4, Reason: "no count" }],
      Changes: Uint8Array.from([0, 255, 120]),
      Nothing: null,
    });
  });

  it("is made of plain values", () => {
    expect(attributes({ ":a": "x", ":b": 3, ":c": false })).toEqual({ ":a": { S: "x" }, ":b": { N: "3" }, ":c": { BOOL: false } });
  });

  it("gets every name placeholder explained once", () => {
    expect(names("#Store = :s AND begins_with(#Item, :p)", undefined, "#Store, #Count")).toEqual({
      "#Store": "Store",
      "#Item": "Item",
      "#Count": "Count",
    });
  });
});

describe("an error reply", () => {
  it.each([
    ["AccessDeniedException", 400, "denied"],
    ["AccessDenied", 403, "denied"],
    ["Unheard", 403, "denied"],
    ["ExpiredTokenException", 400, "expired"],
    ["ThrottlingException", 400, "busy"],
    ["RequestTimeTooSkewed", 403, "busy"],
    ["Unheard", 503, "busy"],
    ["ValidationException", 400, "failed"],
  ])("%s with %i is %s", (code, status, kind) => {
    expect(kindOf(code, status)).toBe(kind);
  });
});

describe("the address of an object", () => {
  it("is virtual-hosted on AWS, every part of the key encoded", () => {
    expect(objectUrl(config, "uploads/Santa Cruz/100% + more.csv")).toBe(
      "https://uploads.s3.eu-central-1.amazonaws.com/uploads/Santa%20Cruz/100%25%20%2B%20more.csv",
    );
  });

  it("has the bucket in its path on the emulator", () => {
    expect(objectUrl({ ...config, endpoint: "http://127.0.0.1:4566" }, "uploads/a.csv")).toBe("http://127.0.0.1:4566/uploads/uploads/a.csv");
  });
});

describe("object metadata", () => {
  it("stays as it is when it is ASCII", () => expect(metadataText("nora@example.com")).toBe("nora@example.com"));
  it("is an RFC 2047 word when it is not", () => expect(metadataText("Jörg")).toBe("=?UTF-8?B?SsO2cmc=?="));
});

describe("credentials", () => {
  afterEach(() => vi.useRealTimers());
  const until = (expires: number): Credentials => ({ accessKeyId: "k", secretAccessKey: "s", sessionToken: "t", expires });

  it("are asked for once by many, and again shortly before they end", async () => {
    vi.useFakeTimers({ now: 0 });
    const renew = vi.fn(() => Promise.resolve(until(Date.now() + 3600_000)));
    const source = new CredentialSource(renew);
    await Promise.all([source.get(), source.get(), source.get()]);
    vi.setSystemTime(54 * 60_000);
    await source.get();
    expect(renew).toHaveBeenCalledTimes(1);
    vi.setSystemTime(56 * 60_000);
    await source.get();
    expect(renew).toHaveBeenCalledTimes(2);
  });

  it("that were on their way for somebody else are not kept", async () => {
    let deliver: (credentials: Credentials) => void = () => undefined;
    const renew = vi.fn(() => new Promise<Credentials>((done) => (deliver = done)));
    const source = new CredentialSource(renew);
    const first = source.get();
    source.forget();
    deliver(until(Date.now() + 3600_000));
    await first;
    void source.get();
    expect(renew).toHaveBeenCalledTimes(2);
  });

  it("are asked for again after a failure", async () => {
    const renew = vi.fn().mockRejectedValueOnce(new Error("offline")).mockResolvedValue(until(Date.now() + 3600_000));
    const source = new CredentialSource(renew as () => Promise<Credentials>);
    await expect(source.get()).rejects.toThrow("offline");
    await expect(source.get()).resolves.toBeDefined();
  });
});

describe("the clock of AWS", () => {
  const real = Date.parse("2026-11-22T08:36:52Z");
  const ahead = 42 * 60_000;
  afterEach(() => {
    learn(new Date().toUTCString());
    vi.useRealTimers();
  });

  it.each([
    ["Sun, 22 Nov 2026 08:36:52 GMT", ""],
    [null, "Signature expired: 20261122T083000Z is now earlier than 20261122T083152Z (20261122T083652Z - 5 min.)"],
    [null, "Signature not yet current: 20261122T093000Z is still later than 20261122T084152Z (20261122T083652Z + 5 min.)"],
    [null, "<Error><Code>RequestTimeTooSkewed</Code><ServerTime>2026-11-22T08:36:52Z</ServerTime></Error>"],
  ])("is told by an answer: %j, %j", (date, refusal) => expect(timeOf(date, refusal)).toBe(real));

  it("is not told by every answer", () => {
    expect(timeOf(null, "The security token included in the request is expired")).toBeNull();
    expect(timeOf("yesterday", "")).toBeNull();
  });

  it("goes on from what was told", () => {
    vi.useFakeTimers({ now: real + ahead });
    learn(new Date(real).toUTCString());
    vi.setSystemTime(real + ahead + 60_000);
    expect(now()).toBe(real + 60_000);
    expect(signingTime()).toBe("20261122T083752Z");
    expect(local(real + 3600_000)).toBe(real + ahead + 3600_000);
  });

  it("is this machine's where that differs by no more than an answer takes", () => {
    vi.useFakeTimers({ now: real });
    learn(new Date(real).toUTCString());
    vi.setSystemTime(real + 10_000);
    learn(new Date(real + 4000).toUTCString());
    expect(now()).toBe(real + 10_000);
  });
});

describe("whatever is thrown", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is told by its kind and its name, and as offline where there is no network: code that does not come is a TypeError", () => {
    vi.stubGlobal("navigator", { onLine: true });
    expect(awsError(new AwsError("denied", "AccessDenied", "no"))).toMatchObject({ kind: "denied", code: "AccessDenied" });
    expect(awsError(new RangeError("x"))).toMatchObject({ kind: "failed", code: "RangeError" });
    vi.stubGlobal("navigator", { onLine: false });
    expect(awsError(new TypeError("Failed to fetch dynamically imported module"))).toMatchObject({ kind: "offline" });
  });
});
