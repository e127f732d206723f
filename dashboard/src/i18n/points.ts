/** Words about setting reorder points: apart from the others, as no page needs them at first. */

import type { From } from "../data/points";
import { counted as s, number as n } from "./format";
import { i18n } from "./index.svelte";
import type { Language } from "./languages";

const en = {
  from: { item: "set for this item here", file: "from a file", everywhere: "set for this item in all stores", store: "set for the whole store", all: "set for everything" } satisfies Record<From, string>,
  short: { item: "", file: "file", everywhere: "all stores", store: "store", all: "everything" } satisfies Record<From, string>,
  none: "none",
  by: (who: string, when: string) => (who ? `by ${who}, ${when}` : when),
  change: (item: string, store: string) => `Change the reorder point of ${item} in ${store}`,
  field: (item: string, store: string) => `Reorder point of ${item} in ${store}. Enter sets it, Escape leaves it as it is. Blank: none of its own.`,
  mistake: "A whole number, please, or nothing.",
  edit: "Reorder points",
  bar: "Set reorder points",
  choose: "Tick items, or change one in its place: a blank one takes away what is set for the item here.",
  chosen: (rows: number) => `Reorder point of ${s(rows, "row", "rows")}`,
  set: "Set",
  all: "All rows on this page",
  one: (name: string) => `Choose ${name}`,
  importing: "Import CSV",
  file: (store: string) => `${store}-reorder-points.csv`,
  close: "Close",
  done: (set: number, removed: number) => [set || !removed ? `${s(set, "reorder point", "reorder points")} set` : "", removed ? `${n(removed)} taken away` : ""].filter(Boolean).join(", ") + ".",
  superseded: (rows: number) => `${s(rows, "row was", "rows were")} left, as somebody set them after this.`,
  line: (line: number) => `Line ${n(line)}`,
  more: (count: number) => `And ${n(count)} more.`,
  use: "Use it",
  useOf: (item: string, point: number) => `Use ${n(point)} for ${item}`,
  useAll: (count: number) => `Use all ${n(count)}`,
};

const de: typeof en = {
  from: { item: "für diesen Artikel hier gesetzt", file: "aus einer Datei", everywhere: "für diesen Artikel in allen Filialen gesetzt", store: "für die ganze Filiale gesetzt", all: "für alles gesetzt" },
  short: { item: "", file: "Datei", everywhere: "alle Filialen", store: "Filiale", all: "alles" },
  none: "keiner",
  by: (who, when) => (who ? `von ${who}, ${when}` : when),
  change: (item, store) => `Meldebestand von ${item} in ${store} ändern`,
  field: (item, store) => `Meldebestand von ${item} in ${store}. Eingabe setzt ihn, Escape lässt ihn, wie er ist. Leer: kein eigener.`,
  mistake: "Bitte eine ganze Zahl oder nichts.",
  edit: "Meldebestände",
  bar: "Meldebestände setzen",
  choose: "Artikel ankreuzen oder einen an seiner Stelle ändern: Ein leerer nimmt weg, was für den Artikel hier gesetzt ist.",
  chosen: (rows) => `Meldebestand von ${s(rows, "Zeile", "Zeilen")}`,
  set: "Setzen",
  all: "Alle Zeilen dieser Seite",
  one: (name) => `${name} auswählen`,
  importing: "CSV einlesen",
  file: (store) => `${store}-meldebestaende.csv`,
  close: "Schließen",
  done: (set, removed) => [set || !removed ? `${s(set, "Meldebestand", "Meldebestände")} gesetzt` : "", removed ? `${n(removed)} weggenommen` : ""].filter(Boolean).join(", ") + ".",
  superseded: (rows) => `${s(rows, "Zeile blieb", "Zeilen blieben")}, weil jemand sie danach gesetzt hat.`,
  line: (line) => `Zeile ${n(line)}`,
  more: (count) => `Und ${n(count)} weitere.`,
  use: "Übernehmen",
  useOf: (item, point) => `${n(point)} für ${item} übernehmen`,
  useAll: (count) => `Alle ${n(count)} übernehmen`,
};

const WORDS: Record<Language, typeof en> = { en, de };

export const pointWords = () => WORDS[i18n.language];
