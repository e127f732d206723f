import { beforeAll, describe, expect, it } from "vitest";
import { de } from "../src/i18n/de";
import { en } from "../src/i18n/en";
import { ago, bytes, compact, lasting, number } from "../src/i18n/format";
import { i18n } from "../src/i18n/index.svelte";
import { localeOf, pick } from "../src/i18n/languages";
import { noteInWords, reasonInWords, refusalInWords } from "../src/i18n/said";

/** Every path to a text, with the number of its arguments. */
function paths(words: object, before = ""): string[] {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === "object" && value !== null ? paths(value as object, `${before}${name}.`) : [`${before}${name}/${typeof value === "function" ? value.length : "text"}`],
  );
}

describe("the languages", () => {
  it("say the same things", () => expect(paths(de).sort()).toEqual(paths(en).sort()));

  it("are picked from what the browser prefers, and what was chosen", () => {
    expect(pick(["fr-FR", "de-CH", "en"], null)).toBe("de");
    expect(pick(["de-CH"], "en")).toBe("en");
    expect(pick(["ja"], null)).toBe("en");
  });

  it("use the browser's regional form for numbers and dates", () => {
    expect(localeOf("de", ["en-US", "de-CH"])).toBe("de-CH");
    expect(localeOf("de", ["en-US"])).toBe("de");
  });
});

describe("numbers and times", () => {
  const now = Date.parse("2026-11-22T09:00:00Z");
  beforeAll(() => (i18n.locale = "en-GB"));

  it("are written as the locale does", () => {
    expect(number(1234567)).toBe("1,234,567");
    expect(compact(99_999)).toBe("99,999");
    expect(compact(1_250_000)).toMatch(/^1\.3m$/i);
    expect(bytes(48_018_222)).toBe("48 MB");
    expect(bytes(8)).toBe("8 bytes");
    i18n.locale = "de-DE";
    expect(number(1234567)).toBe("1.234.567");
    i18n.locale = "en-GB";
  });

  it("are told from now", () => {
    expect(ago("2026-11-22T08:59:30Z", now)).toBe("now");
    expect(ago("2026-11-22T08:55:00Z", now)).toBe("5 min ago");
    expect(ago("2026-11-21T02:00:00Z", now)).toBe("31 hr ago");
    expect(ago("2026-11-19T02:00:00Z", now)).toBe("3 days ago");
    expect(lasting("2026-11-22T08:59:30Z", now)).toBe("now");
    expect(lasting("2026-11-22T08:15:00Z", now)).toMatch(/^45 min/);
    expect(lasting("2026-11-17T08:00:00Z", now)).toBe("5 days");
  });

  it("are never from the future, even when a clock is wrong", () => expect(ago("2026-11-22T09:05:00Z", now)).toBe("now"));
});

describe("what is said of a file", () => {
  const row = { Line: 2, Reason: "the count is missing", Key: "missing", Values: { column: "count" }, Store: "", Item: "", Count: "" };
  const note = { Key: "columns-assumed", Text: "Taken for the item: “SKU”.", Columns: { item: "SKU" } };

  it("tells why a file was refused, as long as that is its reason", () => {
    const values = { columns: ["store", "count"], titles: ["Shop", "Stück"] };
    const upload = { Token: "", Key: "", At: "", State: "refused" as const, Reason: "The first line …", ReasonOf: { Reason: "The first line …", Key: "columns-missing", Values: values } };
    const line = { Reason: "Line 7 …", Key: "added-up-line", Values: { line: 7, reason: { Reason: "the count is missing", Key: "missing", Values: { column: "count" } } } };
    i18n.language = "de";
    expect(refusalInWords(upload)).toMatch(/Es fehlt: Filiale, Bestand\. Gefunden: „Shop“, „Stück“\.$/);
    expect(refusalInWords({ ...upload, Reason: "another" })).toBe("another");
    expect(reasonInWords(line)).toMatch(/^Zeile 7 kann nicht geladen werden: Bestand fehlt\. Die Bestände/);
    expect(reasonInWords({ Reason: "This is a PDF …", Key: "other-kind", Values: { kind: "a PDF" } })).toMatch(/^Das ist ein PDF, keine/);
    i18n.language = "en";
    expect(refusalInWords(upload)).toBe("The first line …");
  });

  it("is said in the language on screen, and in English where its values are not known", () => {
    i18n.language = "de";
    expect(reasonInWords(row)).toBe("Bestand fehlt");
    expect(noteInWords(note)).toBe("Angenommene Spalten – Artikel: „SKU“.");
    expect(reasonInWords({ ...row, Values: {} })).toBe(row.Reason);
    expect(reasonInWords({ ...row, Key: "newer" })).toBe(row.Reason);
    i18n.language = "en";
    expect(reasonInWords(row)).toBe(row.Reason);
  });
});
