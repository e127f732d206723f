/** Words about the catalogue of items: apart from the others, as few pages need them. */

import { counted as s, number as n } from "./format";
import { i18n } from "./index.svelte";
import type { Language } from "./languages";

const en = {
  find: "Find an item",
  findHint: "any part of the name",
  shows: { all: "All", out: "Out somewhere", low: "Low somewhere" },
  columns: { item: "Item", stores: "Stores", out: "Out in", low: "Low in", units: "Units" },
  count: (count: number) => s(count, "item", "items"),
  ofAll: (count: number) => `${s(count, "item", "items")} of all stores, whatever group is chosen`,
  none: "No such items",
  noneFind: (text: string) => `No item of any store has “${text}” in its name.`,
  noneShow: { all: "No store has any items.", out: "No item is out of stock in any store.", low: "No item is below its reorder point in any store." },
  near: (text: string) => `Nothing has “${text}” in its name. These are a typo away:`,
  uncounted: "The items are not known yet",
  uncountedText: "The catalogue over all stores has not been counted yet. Once it has, it is here.",
  page: (first: number, last: number, all: number) => `${n(first)}–${n(last)} of ${n(all)}`,
  newItems: (count: number, some: boolean) => `New everywhere: ${some ? "at least " : ""}${s(count, "item", "items")} that no other store has. Is ${count === 1 ? "it" : "each"} spelled as it should be?`,
  newLike: (item: string, known: string, stores: number) => `${item}, like ${known} (${s(stores, "store", "stores")})`,
  newUnknown: "Whether other stores have them is not known: the catalogue could not be read.",
};

const de: typeof en = {
  find: "Artikel suchen",
  findHint: "ein beliebiger Teil des Namens",
  shows: { all: "Alle", out: "Irgendwo leer", low: "Irgendwo knapp" },
  columns: { item: "Artikel", stores: "Filialen", out: "Leer in", low: "Knapp in", units: "Stück" },
  count: (count) => `${n(count)} Artikel`,
  ofAll: (count) => `${n(count)} Artikel aller Filialen, welche Gruppe auch gewählt ist`,
  none: "Keine solchen Artikel",
  noneFind: (text) => `Kein Artikel einer Filiale hat „${text}“ im Namen.`,
  noneShow: { all: "Keine Filiale hat Artikel.", out: "In keiner Filiale ist etwas ausverkauft.", low: "In keiner Filiale ist etwas unter dem Meldebestand." },
  near: (text) => `Nichts hat „${text}“ im Namen. Einen Tippfehler davon entfernt:`,
  uncounted: "Die Artikel sind noch nicht bekannt",
  uncountedText: "Das Verzeichnis über alle Filialen wurde noch nicht gezählt. Sobald das geschehen ist, steht es hier.",
  page: (first, last, all) => `${n(first)}–${n(last)} von ${n(all)}`,
  newItems: (count, some) => `Überall neu: ${some ? "mindestens " : ""}${n(count)} Artikel, ${count === 1 ? "den" : "die"} keine andere Filiale hat. Stimmt die Schreibweise?`,
  newLike: (item, known, stores) => `${item}, ähnlich wie ${known} (${s(stores, "Filiale", "Filialen")})`,
  newUnknown: "Ob andere Filialen sie haben, ist nicht bekannt: das Verzeichnis war nicht zu lesen.",
};

const WORDS: Record<Language, typeof en> = { en, de };

export const itemWords = (): typeof en => WORDS[i18n.language];
