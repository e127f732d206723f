import { HORIZON, outIn, outWithin, type Forecast } from "./forecasts";

/** From this probability on, an item is said to run out soon (docs/foresight.md). */
export const LIKELY = 0.3;
/** What soon means. */
const SOON_DAYS = 7;

/** When an item will be out. `why`: why nobody knows; "out": it is, "new": it came after the forecast was made. */
export interface RunsOut extends Pick<Forecast, "first" | "last" | "soon"> {
  why: Forecast["why"] | "new";
}

const unknown = (why: RunsOut["why"]): RunsOut => ({ first: null, last: null, soon: 0, why });

/** When an item will be out, by the rate that the forecast found, from its count of now. */
export function runsOut(forecast: Forecast | undefined, count: number): RunsOut {
  if (count <= 0) return unknown("out");
  if (!forecast) return unknown("new");
  if (forecast.why === "little" || forecast.why === "gaps") return unknown(forecast.why);
  if (forecast.why === "" && count === forecast.count) return forecast;
  return { ...outIn(forecast, count), soon: outWithin(forecast, count, SOON_DAYS), why: "" };
}

/** The most likely first; those of which nothing is known last. */
export function bySoonest(a: RunsOut, b: RunsOut): number {
  const known = Number(Boolean(a.why)) - Number(Boolean(b.why));
  return known || b.soon - a.soon || (a.first ?? HORIZON + 1) - (b.first ?? HORIZON + 1);
}
