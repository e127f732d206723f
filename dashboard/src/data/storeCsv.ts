import { app } from "../app";
import { now } from "../aws/clock";
import { t } from "../i18n/index.svelte";
import type { Ahead } from "./ahead";
import { csvLine, save } from "./csv";
import { DAY_MS } from "./history";
import type { Row } from "./model";
import type { AskedRows } from "./storeRows.svelte";

const COLUMNS = ["store", "item", "count"];
const OF_FORECAST = ["out_from", "out_by", "chance_out_in_7_days", "why_no_forecast"];

/** Offers what is asked for of a store as a file: rows that are gathered, or all there are. `read` is told how many so far. */
export async function saveStore(gathered: Row[] | undefined, asked: AskedRows, ahead: Ahead | null, read: (rows: number) => void): Promise<void> {
  const parts = [titles(ahead)];
  let rows = 0;
  for await (const batch of gathered ? [gathered] : app.inventory.everyItem(asked.store, asked.find, new AbortController().signal)) {
    parts.push(lines(batch, ahead));
    read((rows += batch.length));
  }
  save(`${asked.store}${asked.show === "all" ? "" : `-${asked.show}`}.csv`, parts);
}

/** The titles of a store's download; with a forecast also when an item will be out, as dates. */
function titles(ahead: Ahead | null): string {
  return "\ufeff" + csvLine(ahead ? [...COLUMNS, ...OF_FORECAST] : COLUMNS);
}

function lines(rows: readonly Row[], ahead: Ahead | null): string {
  const date = (days: number | null) => (days === null ? "" : new Date(now() + days * DAY_MS).toISOString().slice(0, 10));
  return rows
    .map((row) => {
      const cells = [row.Store, row.Item, row.Count];
      if (!ahead) return csvLine(cells);
      const { first, last, soon, why } = ahead.when(row.Item, row.Count);
      return csvLine([...cells, date(first), date(last), why ? "" : Math.round(soon * 100) / 100, why && t().store.unknownWhen[why]]);
    })
    .join("");
}
