import { HORIZON, outIn, outWithin, readForecasts, type Forecast, type StoreForecast } from "./forecasts";
import type { Row } from "./model";

/** From this probability on, an item is said to run out soon (docs/foresight.md). */
export const LIKELY = 0.3;
/** What soon means. */
const SOON_DAYS = 7;

/** When an item will be out. `why`: why nobody knows; "out": it is, "new": it came after the forecast was made. */
export interface RunsOut extends Pick<Forecast, "first" | "last" | "soon"> {
  likely: boolean;
  why: Forecast["why"] | "new";
}

/** The most likely first; those of which nothing is known last. */
function bySoonest(a: Omit<RunsOut, "likely">, b: Omit<RunsOut, "likely">): number {
  const known = Number(Boolean(a.why)) - Number(Boolean(b.why));
  return known || b.soon - a.soon || (a.first ?? HORIZON + 1) - (b.first ?? HORIZON + 1);
}

/** The forecast of a store, and what it means for the counts of now. Loaded when it is needed: a first page does without. */
export class Ahead {
  /** How many items ran out soon in the morning. */
  readonly likely: number;

  constructor(readonly forecast: StoreForecast) {
    this.likely = this.items("", true).length;
  }

  /** When an item will be out that has so many now, by the rate that the forecast found. */
  when(item: string, count: number): RunsOut {
    const forecast = this.forecast.items.get(item);
    const why = count <= 0 ? "out" : !forecast ? "new" : forecast.why === "out" ? "" : forecast.why;
    if (why || !forecast) return { first: null, last: null, soon: 0, likely: false, why };
    const { first, last, soon } = count === forecast.count ? forecast : { ...outIn(forecast, count), soon: outWithin(forecast, count, SOON_DAYS) };
    return { first, last, soon, likely: soon >= LIKELY, why };
  }

  /** Rows, what runs out soonest first. */
  sorted(rows: readonly Row[]): Row[] {
    const known = rows.map((row) => ({ row, when: this.when(row.Item, row.Count) }));
    return known.sort((a, b) => bySoonest(a.when, b.when) || (a.row.Item < b.row.Item ? -1 : 1)).map(({ row }) => row);
  }

  /** The items that begin so, what runs out soonest first, as it was in the morning. `likely`: only what runs out soon. */
  items(find: string, likely: boolean): string[] {
    const found = [...this.forecast.items.values()].filter(({ item, soon }) => item.startsWith(find) && (!likely || soon >= LIKELY));
    return found.sort(bySoonest).map(({ item }) => item);
  }
}

/** null: there is no forecast of the store yet. */
export async function readAhead(store: string): Promise<Ahead | null> {
  const forecast = await readForecasts(store);
  return forecast && new Ahead(forecast);
}
