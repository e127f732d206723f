import { app } from "../app";
import { FORECASTS, OUTLOOK } from "./model";
import { unpacked } from "./packed";
import { firstRows, type Spread } from "./shards";

/** What is to be expected of an item of a store, from `count` on (functions/stock/forecast.py). */
export interface Forecast {
  item: string;
  count: number;
  /** Units sold a day. */
  rate: number;
  /** Variance of what is sold, by its mean: at least 1. */
  spread: number;
  /** Variance of the rate itself, which is not known exactly. */
  doubt: number;
  /** How likely it is out within 7 days. */
  soon: number;
  /** Out in so many days, with a probability of 0.1 and of 0.9; null: beyond 60 days. */
  first: number | null;
  last: number | null;
  /** Expected days out within 14 days, if nothing is done. */
  lost: number;
  /** How likely so long a time without a change is; 1: it is not silent. */
  silent: number;
  /** Why there is no forecast; "": there is one. */
  why: "" | "little" | "gaps" | "out";
}

/** The forecast of a store as a whole. */
export interface Outlook {
  Store: string;
  /** When it was made, and for which day of the store. */
  At: string;
  Day: string;
  /** How many items are likely out within some days, and the expected days out within 14 days, of all items. */
  Soon: number;
  Lost: number;
  /** The highest probability of any item. */
  Likely: number;
  /** The ten items that are most likely out. */
  Top: { Item: string; Count: number; Soon: number; First?: number; Last?: number; Lost: number }[];
  /** How many items have a forecast. */
  Known: number;
  /** Days in stock and days carried, of all items together, in the last 7, 30 and 90 days, as far as they are known. */
  Availability: Partial<Record<"7" | "30" | "90", { In: number; Days: number }>>;
}

export interface StoreForecast extends Outlook {
  items: Map<string, Forecast>;
}

type Part = Outlook & { Part: string; Parts?: number; Items: Uint8Array<ArrayBuffer> };

/** So far a forecast looks ahead, in days. */
export const HORIZON = 60;

export async function forecastsOf(packed: Uint8Array<ArrayBuffer>): Promise<Forecast[]> {
  const { items, ...columns } = await unpacked<Record<string, unknown[]>>(packed);
  const names = Object.keys(columns);
  return (items ?? []).map((item, at) => Object.fromEntries([["item", item], ...names.map((name) => [name, columns[name]?.[at]])]) as Forecast);
}

/** The forecast of a store; null: there is none yet. */
export async function readForecasts(store: string): Promise<StoreForecast | null> {
  const found = await app.db.queryAll<Part>({ table: app.config.forecastsTable, where: "#Store = :store", values: { ":store": store }, only: FORECASTS });
  const first = found.find(({ Part }) => Part === "0");
  if (!first) return null;
  // A longer forecast may have been there before.
  const parts = found.filter(({ Part }) => Number(Part) < (first.Parts ?? 1));
  const items = (await Promise.all(parts.map(({ Items }) => forecastsOf(Items)))).flat();
  return { ...first, items: new Map(items.map((forecast) => [forecast.item, forecast])) };
}

/** The stores, or some of them, in which an item is most likely out soon, most likely first. */
export function readSoonest(limit: number, keep?: Spread["keep"]): Promise<Outlook[]> {
  const list = { table: app.config.forecastsTable, index: "BySoon", key: "All", name: "all", range: "Likely", only: OUTLOOK, keep };
  return firstRows<Outlook>((query) => app.db.query<Outlook>(query), list, app.config.shards, limit, true);
}

type Demand = Pick<Forecast, "rate" | "spread" | "doubt">;

const MANY = 100_000;

/**
 * The distribution of what is asked for within some days, a negative binomial: `below[k]` is the probability of at most `start + k` units.
 * It begins where there is anything to speak of, and is brought to the sum of 1, so that no large count is too large. What may be very much
 * (somebody mistyped a count) is taken by the `bundle` of so many units.
 */
function demand({ rate, spread, doubt }: Demand, days: number): { start: number; below: number[]; bundle: number } {
  const units = rate * days;
  const size = units ** 2 / Math.max(0, (spread - 1) * units + doubt * days * days) || Infinity;
  const bundle = Math.max(1, (units + units / size) / MANY);
  const mean = units / bundle;
  const variance = mean + mean ** 2 / size;
  const start = Math.max(0, Math.floor(mean - 8 * Math.sqrt(variance)));
  const below = [];
  let total = 0;
  let chance = 1;
  for (let units = start; units <= mean || chance > total * 1e-9; units++) {
    below.push((total += chance));
    chance *= size === Infinity ? mean / (units + 1) : ((units + size) * mean) / ((units + 1) * (size + mean));
  }
  return { start, below: below.map((sum) => sum / total), bundle };
}

/** How likely `count` units are gone within so many days. */
export function outWithin(forecast: Demand, count: number, days: number): number {
  const { start, below, bundle } = demand(forecast, days);
  const at = Math.ceil(count / bundle) - 1 - start;
  return at < 0 ? 1 : 1 - (below[at] ?? 1);
}

/** So many units are asked for within so many days, or fewer, with the probability p. */
export function demandQuantile(forecast: Demand, days: number, p: number): number {
  const { start, below, bundle } = demand(forecast, days);
  return Math.ceil((start + Math.max(0, below.findIndex((sum) => sum >= p))) * bundle);
}

/** In how many days `count` units are gone: the first days by which that has a probability of 0.1 and of 0.9; null: beyond the horizon. */
export function outIn(forecast: Demand, count: number): { first: number | null; last: number | null } {
  const when = (p: number) => {
    for (let days = 1; days <= HORIZON; days++) if (outWithin(forecast, count, days) >= p) return days;
    return null;
  };
  const first = when(0.1);
  return { first, last: first === null ? null : when(0.9) };
}
