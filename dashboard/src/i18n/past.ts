/** Words about the past and the future of counts: apart from the others, as no page needs them at first. */

import { outIn, type Forecast } from "../data/forecasts";
import { counted as s, number as n } from "./format";
import { i18n } from "./index.svelte";
import type { Language } from "./languages";

const en = {
  store: "Store",
  allStores: (stores: number) => `All ${s(stores, "store", "stores")}`,
  together: (stores: number) => `${s(stores, "store", "stores")} together`,
  days: "Time shown",
  daysShown: (days: number) => s(days, "day", "days"),
  chart: (item: string, store: string) => `Count of ${item}, ${store}, step by step`,
  now: "now",
  out: "out of stock",
  unknown: "no upload: not known",
  unknownSum: "a store without an upload: not known",
  range: "what is left, with a probability of 80 %",
  middle: "more is as likely as less",
  notCarried: "not carried",
  from: (date: string) => `Nothing is kept of the time before ${date}.`,
  nothing: "Nothing is kept of the past yet. From now on every change is.",
  summed: (stores: number, left: number, units: number) =>
    `The sum of the ${n(stores)} stores that have most of it. ${s(left, "other store", "other stores")} with ${s(units, "unit", "units")} now ${left === 1 ? "is" : "are"} not in it.`,

  inStock: "In stock",
  inStockOf: (inside: string, days: string) => `${inside} of ${days} days`,
  carriedOn: "A day without an upload counts as the day before it.",
  timesOut: "Times out of stock",

  place: {
    was: (when: string, count: string) => `${when}: ${count}`,
    step: (when: string, before: string, count: string) => `${when}: ${before} → ${count}`,
    ahead: (days: number, low: string, high: string, out: string) => `In ${s(days, "day", "days")}: ${low === high ? low : `${low}–${high}`} left, with a probability of 80 %. Out by then: ${out}.`,
  },
  beginning: "The beginning of what is shown.",
  unsaid: "Nobody knows when, or by whom: by hand, not by an upload.",
  byHand: "By hand, not by an upload.",
  upload: "Upload",
  by: (who: string) => `by ${who} (as stated)`,
  late: "It came late: more than an hour after its time.",
  lateShort: "late",
  byHandShort: "by hand",

  table: "The steps as a table",
  when: "When",
  count: "Count",
  note: "Note",
  newest: (shown: number, all: number) => `The newest ${n(shown)} of ${n(all)}.`,

  outlook: {
    between: (first: number, last: number) => `Likely out in ${n(first)}–${n(last)} days.`,
    day: "Likely out within a day.",
    from: (first: number) => `May be out in ${s(first, "day", "days")}, but also last more than 60 days.`,
    beyond: "Not likely out within 60 days.",
    soon: (chance: string) => `Out within 7 days: ${chance}.`,
    made: (when: string) => `Forecast of ${when}.`,
    why: {
      little: "No forecast: too little was sold while it was looked at.",
      gaps: "No forecast: the store is counted too rarely for how fast this sells. What is sold between two counts, and put back on the shelf, is not seen.",
      out: "It is out.",
    },
    none: "No forecast yet: there is one after the store's next morning.",
    perStore: "Forecasts are made for each store: choose one to see it.",
  },
};

const de: typeof en = {
  store: "Filiale",
  allStores: (stores) => (stores === 1 ? "Die eine Filiale" : `Alle ${n(stores)} Filialen`),
  together: (stores) => `${s(stores, "Filiale", "Filialen")} zusammen`,
  days: "Gezeigte Zeit",
  daysShown: (days) => s(days, "Tag", "Tage"),
  chart: (item, store) => `Bestand von ${item}, ${store}, Schritt für Schritt`,
  now: "jetzt",
  out: "ausverkauft",
  unknown: "keine Datei: nicht bekannt",
  unknownSum: "eine Filiale ohne Datei: nicht bekannt",
  range: "was übrig ist, mit einer Wahrscheinlichkeit von 80 %",
  middle: "mehr ist so wahrscheinlich wie weniger",
  notCarried: "nicht geführt",
  from: (date) => `Über die Zeit vor ${date} ist nichts aufbewahrt.`,
  nothing: "Noch ist nichts über die Vergangenheit aufbewahrt. Von jetzt an wird es jede Änderung.",
  summed: (stores, left, units) =>
    `Die Summe der ${n(stores)} Filialen, die am meisten davon haben. ${s(left, "andere Filiale", "andere Filialen")} mit jetzt ${n(units)} Stück ${left === 1 ? "ist" : "sind"} nicht dabei.`,

  inStock: "Vorrätig",
  inStockOf: (inside, days) => `${inside} von ${days} Tagen`,
  carriedOn: "Ein Tag ohne Datei zählt wie der Tag davor.",
  timesOut: "Wie oft ausverkauft",

  place: {
    was: (when, count) => `${when}: ${count}`,
    step: (when, before, count) => `${when}: ${before} → ${count}`,
    ahead: (days, low, high, out) => `In ${s(days, "Tag", "Tagen")}: noch ${low === high ? low : `${low}–${high}`}, mit einer Wahrscheinlichkeit von 80 %. Bis dahin ausverkauft: ${out}.`,
  },
  beginning: "Der Anfang der gezeigten Zeit.",
  unsaid: "Niemand weiß, wann und von wem: von Hand, nicht durch eine Datei.",
  byHand: "Von Hand, nicht durch eine Datei.",
  upload: "Datei",
  by: (who) => `von ${who} (nach eigener Angabe)`,
  late: "Sie kam spät: mehr als eine Stunde nach ihrer Zeit.",
  lateShort: "spät",
  byHandShort: "von Hand",

  table: "Die Schritte als Tabelle",
  when: "Wann",
  count: "Bestand",
  note: "Anmerkung",
  newest: (shown, all) => `Die neuesten ${n(shown)} von ${n(all)}.`,

  outlook: {
    between: (first, last) => `Wahrscheinlich in ${n(first)}–${n(last)} Tagen ausverkauft.`,
    day: "Wahrscheinlich innerhalb eines Tages ausverkauft.",
    from: (first) => `Kann in ${s(first, "Tag", "Tagen")} ausverkauft sein, aber auch mehr als 60 Tage reichen.`,
    beyond: "Wahrscheinlich innerhalb von 60 Tagen nicht ausverkauft.",
    soon: (chance) => `Innerhalb von 7 Tagen ausverkauft: ${chance}.`,
    made: (when) => `Vorhersage von ${when}.`,
    why: {
      little: "Keine Vorhersage: Es wurde zu wenig verkauft, solange hingesehen wurde.",
      gaps: "Keine Vorhersage: Die Filiale wird zu selten gezählt für etwas, das sich so schnell verkauft. Was zwischen zwei Zählungen verkauft und nachgefüllt wird, sieht niemand.",
      out: "Es ist ausverkauft.",
    },
    none: "Noch keine Vorhersage: Es gibt sie nach dem nächsten Morgen der Filiale.",
    perStore: "Vorhersagen gibt es je Filiale: Wählen Sie eine.",
  },
};

const WORDS: Record<Language, typeof en> = { en, de };

export const past = (): typeof en => WORDS[i18n.language];

/** When so many units will be gone: a range of days, never one day. Or why nobody can say. */
export function outlookInWords(forecast: Forecast | undefined, count: number): string {
  const words = past().outlook;
  if (count <= 0) return words.why.out;
  if (!forecast || forecast.why === "out") return words.none;
  if (forecast.why) return words.why[forecast.why];
  const { first, last } = outIn(forecast, count);
  if (first === null) return words.beyond;
  if (last === null) return words.from(first);
  return last === 1 ? words.day : words.between(Math.min(first, last - 1), last);
}
