/** Words about what was in stores and what will be: apart from the others, as no page needs them at first. */

import { counted as s, number as n } from "./format";
import { i18n } from "./index.svelte";
import type { Language } from "./languages";

const en = {
  /** Over all stores. */
  soonNote: "most likely first",
  nothingSoon: "Nothing is likely to run out soon",
  nothingSoonText: "As far as there are forecasts: nothing is likely to be out within 7 days.",
  noForecasts: "No forecasts yet",
  noForecastsText: "onhand looks ahead once a day, in each store's morning.",
  tooLarge: "This store is too large for this page",
  tooLargeText: "There are forecasts, but of so many items that only the command line and the overview show them.",
  left: "Left",
  lost: "Days out",
  lostNote: "Days out: for so many of the next 14 days it will be missing, if nothing is done.",
  delivered: "Delivered since",
  madeAt: (from: string) => `Made in the mornings of the stores (the oldest ${from}).`,

  forecastOf: (when: string) => `“Runs out” goes by the forecast of ${when} and the counts of now: eight times in ten, the item is out within these days, if nothing is delivered. A percentage says how likely it is out within 7 days.`,
  forecastNone: "Too little known: hardly any sales were seen yet. Counted too rarely: it sells too fast for the days between the counts, in which deliveries hide sales.",

  /** On-shelf availability. */
  shelfNote: "share of items and days in stock",
  lastDays: (days: number) => `Last ${s(days, "day", "days")}`,
  notKnown: "not known yet",
  knownFor: (days: number) => `known for ${s(days, "day", "days")}`,
  shelfOf: (known: number, all: number) => `Of ${n(known)} of ${s(all, "store", "stores")}, as far back as onhand remembers, up to this morning.`,

  outOver: "Items that were out",
  outOverNote: (days: number) => `in the last ${s(days, "day", "days")}`,
  outOverChart: (store: string) => `How many items of ${store} were out of stock over time`,
  outAt: (when: string, out: number, items: number) => `${when}: ${n(out)} of ${s(items, "item", "items")} out`,
  notLooked: "no upload: not known",
  historyFrom: (date: string) => `Nothing is kept of the time before ${date}.`,

  atTitle: "Stock at a date",
  atDay: "Day",
  atHint: "At the end of that day, by the clock of this device.",
  atUnknown: (date: string) => `Nothing is known of that day. onhand remembers this store from ${date} on.`,
  atShown: (when: string) => `These are the counts of ${when}, not those of now.`,
  atThen: "Count then",
  atNow: "Count now",
  atNone: "The store had no items then.",
  notCarried: "not carried",

  /** Rows that stand still for too long. */
  countTitle: "Count these first",
  countNote: "they have stopped selling: the shelf may be empty",
  why: "Why",
  countWhy: (each: string, days: string, cases: number) => `Sells ${each}, but nothing has changed for ${days}. By chance, that comes ${cases < 10_000 ? "" : "less than "}once in ${n(cases)} times.`,
  aDay: (rate: string) => `about ${rate} a day`,
  aWeek: (rate: string) => `about ${rate} a week`,
  aMonth: (rate: string) => `about ${rate} a month`,
  days: (days: number) => s(days, "day", "days"),
  moreThan: (days: string) => `more than ${days}`,
  counted: "Counted",
  countedOf: (item: string) => `${item} was counted`,
  countedDone: (item: string) => `${item} is off the list. If its count was wrong, send the right one as usual.`,
  countNothing: "Nothing to count",
  countNothingText: "No item has stood still for longer than its sales explain.",
  countGuest: "What others have counted is taken off for those who signed in.",

  /** Reorder points. */
  pointsTitle: "Suggested reorder points",
  lead: "Days until an order arrives",
  review: "Days from one order to the next",
  daysMistake: (most: number) => `A whole number from 0 to ${n(most)}, please.`,
  service: "In stock with a probability of",
  today: "Today",
  point: "Suggested",
  order: "Order now",
  noPoint: "none",
  pointsText: "These are suggestions: they hold when somebody uses them. What is ordered already is not known here: take it off “Order now”.",
  pointsLeft: (count: number) => `${s(count, "item has", "items have")} no suggestion: too little is known of how they sell, or they are counted too rarely.`,
  pointsNone: "No suggestions yet",
  pointsNoneText: "onhand has to see for some weeks how the items of this store sell.",
  pointsFile: (store: string) => `${store}-reorder-points.csv`,
};

const de: typeof en = {
  soonNote: "das Wahrscheinlichste zuerst",
  nothingSoon: "Wahrscheinlich geht bald nichts aus",
  nothingSoonText: "Soweit es Vorhersagen gibt: Wahrscheinlich ist in 7 Tagen noch alles da.",
  noForecasts: "Noch keine Vorhersagen",
  noForecastsText: "onhand schaut einmal am Tag voraus, am Morgen jeder Filiale.",
  tooLarge: "Diese Filiale ist zu groß für diese Seite",
  tooLargeText: "Es gibt Vorhersagen, aber für so viele Artikel, dass nur die Kommandozeile und die Übersicht sie zeigen.",
  left: "Noch da",
  lost: "Fehltage",
  lostNote: "Fehltage: An so vielen der nächsten 14 Tage wird es fehlen, wenn nichts geschieht.",
  delivered: "Inzwischen geliefert",
  madeAt: (from) => `Gemacht am Morgen der Filialen (die älteste am ${from}).`,

  forecastOf: (when) => `„Geht aus“ folgt der Vorhersage von ${when} und dem Bestand von jetzt: In acht von zehn Fällen ist der Artikel in diesen Tagen ausverkauft, wenn nichts geliefert wird. Ein Prozentwert sagt, wie wahrscheinlich er in 7 Tagen ausverkauft ist.`,
  forecastNone: "Zu wenig bekannt: Es wurde noch kaum ein Verkauf gesehen. Zu selten gezählt: Der Artikel verkauft sich zu schnell für die Tage zwischen zwei Zählungen, in denen Lieferungen Verkäufe verdecken.",

  shelfNote: "Anteil der Artikel und Tage mit Bestand",
  lastDays: (days) => `Letzte ${s(days, "Tag", "Tage")}`,
  notKnown: "noch nicht bekannt",
  knownFor: (days) => `seit ${s(days, "Tag", "Tagen")} bekannt`,
  shelfOf: (known, all) => `Von ${n(known)} von ${s(all, "Filiale", "Filialen")}, soweit onhand zurückdenkt, bis heute Morgen.`,

  outOver: "Ausverkaufte Artikel",
  outOverNote: (days) => `in den letzten ${s(days, "Tag", "Tagen")}`,
  outOverChart: (store) => `Wie viele Artikel von ${store} im Lauf der Zeit ausverkauft waren`,
  outAt: (when, out, items) => `${when}: ${n(out)} von ${s(items, "Artikel", "Artikeln")} ausverkauft`,
  notLooked: "keine Datei: nicht bekannt",
  historyFrom: (date) => `Über die Zeit vor ${date} ist nichts aufbewahrt.`,

  atTitle: "Bestand an einem Tag",
  atDay: "Tag",
  atHint: "Am Ende dieses Tages, nach der Uhr dieses Geräts.",
  atUnknown: (date) => `Über diesen Tag ist nichts bekannt. onhand kennt diese Filiale seit ${date}.`,
  atShown: (when) => `Das sind die Bestände vom ${when}, nicht die von jetzt.`,
  atThen: "Bestand damals",
  atNow: "Bestand jetzt",
  atNone: "Die Filiale hatte damals keine Artikel.",
  notCarried: "nicht geführt",

  countTitle: "Zuerst nachzählen",
  countNote: "verkauft sich nicht mehr: Das Regal ist vielleicht leer",
  why: "Warum",
  countWhy: (each, days, cases) => `Verkauft sich ${each}, aber seit ${days} hat sich nichts geändert. Zufällig kommt das ${cases < 10_000 ? "" : "weniger als "}einmal in ${n(cases)} Fällen vor.`,
  aDay: (rate) => `etwa ${rate}-mal am Tag`,
  aWeek: (rate) => `etwa ${rate}-mal in der Woche`,
  aMonth: (rate) => `etwa ${rate}-mal im Monat`,
  days: (days) => s(days, "Tag", "Tagen"),
  moreThan: (days) => `mehr als ${days}`,
  counted: "Gezählt",
  countedOf: (item) => `${item} wurde gezählt`,
  countedDone: (item) => `${item} steht nicht mehr auf der Liste. War der Bestand falsch, senden Sie den richtigen wie gewohnt.`,
  countNothing: "Nichts nachzuzählen",
  countNothingText: "Kein Artikel steht länger still, als sich durch seinen Verkauf erklärt.",
  countGuest: "Was andere gezählt haben, verschwindet nur für Angemeldete.",

  pointsTitle: "Vorgeschlagene Meldebestände",
  lead: "Tage, bis eine Bestellung da ist",
  review: "Tage von Bestellung zu Bestellung",
  daysMistake: (most) => `Bitte eine ganze Zahl von 0 bis ${n(most)}.`,
  service: "Vorrätig mit einer Wahrscheinlichkeit von",
  today: "Heute",
  point: "Vorschlag",
  order: "Jetzt bestellen",
  noPoint: "keiner",
  pointsText: "Das sind Vorschläge: Sie gelten, wenn jemand sie übernimmt. Was schon bestellt ist, ist hier nicht bekannt: Ziehen Sie es von „Jetzt bestellen“ ab.",
  pointsLeft: (count) => `${s(count, "Artikel hat", "Artikel haben")} keinen Vorschlag: Über den Verkauf ist zu wenig bekannt, oder es wird zu selten gezählt.`,
  pointsNone: "Noch keine Vorschläge",
  pointsNoneText: "onhand muss einige Wochen sehen, wie sich die Artikel dieser Filiale verkaufen.",
  pointsFile: (store) => `${store}-Meldebestand.csv`,
};

const WORDS: Record<Language, typeof en> = { en, de };

export const ahead = (): typeof en => WORDS[i18n.language];
