import { app } from "../app";
import { now } from "../aws/clock";
import { t } from "../i18n/index.svelte";
import type { Ahead } from "./ahead";
import type { Cell, Table } from "./csv";
import { DAY_MS } from "./history";
import type { Row } from "./model";
import { heldFor, readAllPoints, type SetPoints } from "./points";
import { MOST_GATHERED } from "./short";
import type { AskedRows } from "./storeRows.svelte";

/** `low_at` is no title that an upload sets reorder points by: whoever sends this file again sets none. */
const COLUMNS = ["store", "item", "count", "low_at", "status", "since"];
const OF_FORECAST = ["out_from", "out_by", "chance_out_in_7_days", "why_no_forecast"];

/** What is asked for of a store: rows that are gathered, or all there are; with a forecast also when an item will be out, as dates. */
export function storeTable(gathered: Row[] | undefined, asked: AskedRows, ahead: Ahead | null): Table {
  return {
    name: [asked.store, ...(asked.show === "all" ? [] : [asked.show]), ...((gathered?.length ?? 0) < MOST_GATHERED ? [] : ["incomplete"])].join("-") + ".csv",
    titles: ahead ? [...COLUMNS, ...OF_FORECAST] : COLUMNS,
    rows: lines(gathered, asked, ahead),
  };
}

async function* lines(gathered: Row[] | undefined, { store, find }: AskedRows, ahead: Ahead | null): AsyncGenerator<Cell[][]> {
  const points = await readAllPoints(store);
  for await (const rows of gathered ? [gathered] : app.inventory.everyItem(store, find)) {
    yield rows.map((row) => [...ofRow(row, points), ...(ahead ? ofForecast(row, ahead) : [])]);
  }
}

function ofRow(row: Row, points: SetPoints): Cell[] {
  return [row.Store, row.Item, row.Count, heldFor(row, points)?.point ?? "", row.Short ?? "ok", row.Since ?? ""];
}

function ofForecast(row: Row, ahead: Ahead): Cell[] {
  const date = (days: number | null) => (days === null ? "" : new Date(now() + days * DAY_MS).toISOString().slice(0, 10));
  const { first, last, soon, why } = ahead.when(row.Item, row.Count);
  return [date(first), date(last), why ? "" : Math.round(soon * 100) / 100, why && t().store.unknownWhen[why]];
}
