import { demandQuantile, outWithin, type Forecast } from "./forecasts";

/** A silence that has a lower probability is worth a look (functions/look_ahead/recount.py). */
const IMPROBABLE = 0.05;

/** An item that may not be there, though its count says so. */
export interface Silent {
  forecast: Forecast;
  /** How likely so long a time without a change is. */
  silent: number;
}

/** Rows whose silence is improbable, the most improbable first. `counted`: how many days ago an item was counted; its silence begins there. */
export function toCount(forecasts: Iterable<Forecast>, counted: ReadonlyMap<string, number>): Silent[] {
  const found: Silent[] = [];
  for (const forecast of forecasts) {
    if (forecast.silent >= IMPROBABLE) continue;
    const days = counted.get(forecast.item);
    const silent = days === undefined ? forecast.silent : Math.max(forecast.silent, 1 - outWithin(forecast, 1, days));
    if (silent < IMPROBABLE) found.push({ forecast, silent });
  }
  return found.sort((a, b) => a.silent - b.silent || (a.forecast.item < b.forecast.item ? -1 : 1));
}

/** How long an order takes, how often is ordered, and how surely there is to be enough. */
export interface Ordering {
  leadDays: number;
  reviewDays: number;
  service: number;
}

/**
 * When to order an item, and how much of it now, if there are `count` (functions/look_ahead/suggest.py). The reorder point is enough
 * until an order arrives that is placed at the next review only; an order brings that, and what is sold until that review.
 * null: there is no forecast, and so no suggestion.
 */
export function suggest(forecast: Forecast, count: number, { leadDays, reviewDays, service }: Ordering): { point: number; order: number } | null {
  if (forecast.why === "little" || forecast.why === "gaps") return null;
  const point = demandQuantile(forecast, leadDays + reviewDays, service);
  return { point, order: count <= point ? point + Math.ceil(forecast.rate * reviewDays) - count : 0 };
}
