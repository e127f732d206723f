import { i18n } from "../i18n/index.svelte";

export type Cell = string | number;

/** What is saved as a file: its name, the titles of its columns, and its rows, some at a time. */
export interface Table {
  name: string;
  titles: string[];
  rows: Iterable<Cell[][]> | AsyncIterable<Cell[][]>;
}

/** A spreadsheet runs a cell that starts like this as a formula: such cells get a leading apostrophe, which onhand takes away. */
const FORMULA = /^[=+\-@＝＋－＠\t\r]/;

/** Where else a spreadsheet may find one: behind what it skips, and where a cell begins if it takes another sign between columns than the file has. */
const HIDDEN = /(^(?=\s*["\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])|[,;|\t\r\n](?=["\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]))/g;

export function csvCell(value: Cell): string {
  if (typeof value === "number") return String(value);
  return quoted(FORMULA.test(value) ? `'${value}` : value);
}

/** A cell that nobody sends to onhand again: names may have apostrophes in them. */
export function sheetCell(value: Cell): string {
  return typeof value === "number" ? String(value) : quoted(value.replace(HIDDEN, "$1'"));
}

function quoted(text: string): string {
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A line of a file that onhand reads. */
export function csvLine(cells: Cell[]): string {
  return cells.map(csvCell).join(",") + "\r\n";
}

/** A line as the spreadsheets of the language on screen open it: Excel in German wants semicolons, and its own sign before decimals. */
export function sheetLine(cells: Cell[]): string {
  if (i18n.language !== "de") return cells.map(sheetCell).join(",") + "\r\n";
  const decimals = new Intl.NumberFormat(i18n.locale, { useGrouping: false });
  return cells.map((cell) => sheetCell(typeof cell === "number" && !Number.isInteger(cell) ? decimals.format(cell) : cell)).join(";") + "\r\n";
}

/** Offers a table for saving; `read` is told how many rows there are so far. */
export async function saveTable({ name, titles, rows }: Table, read: (rows: number) => void = () => undefined): Promise<void> {
  // By its first character Excel knows that it is UTF-8.
  const parts = ["\ufeff" + sheetLine(titles)];
  let count = 0;
  for await (const some of rows) {
    parts.push(some.map(sheetLine).join(""));
    read((count += some.length));
  }
  save(name, parts);
}

/** Offers a file for saving. */
export function save(name: string, parts: BlobPart[]): void {
  const address = URL.createObjectURL(new Blob(parts, { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
