/** Words about two stores side by side: apart from the others, as one page needs them. */

import { number as n } from "./format";
import { i18n } from "./index.svelte";
import type { Language } from "./languages";

const en = {
  left: "Store",
  right: "Beside it",
  show: "Show",
  shows: { different: "Differences", short: "Short in one, enough in the other", all: "All" },
  order: "Order",
  orders: { name: "Item A–Z", difference: "Largest difference" },
  find: "Find an item",
  findHint: "any part of the name",
  both: (left: string, right: string) => `${left} and ${right}`,
  difference: "Difference",
  choose: "Choose two stores",
  chooseText: "Then their items stand side by side: how many each has, and what is out or low in one and not in the other.",
  largest: (shown: number, all: number) => `The ${n(shown)} largest differences of ${n(all)} are shown; the export has all.`,
  tooLarge: (items: number) => `Stores with more than ${n(items)} items are shown by name only.`,
  looking: (items: number) => `${n(items)} items compared so far…`,
  none: "No such items",
  noneText: { different: "As far as is asked for, both stores have the same counts.", short: "Nothing that is short in one of them is there in the other.", all: "Neither store has such items." },
};

const de: typeof en = {
  left: "Filiale",
  right: "Daneben",
  show: "Zeigen",
  shows: { different: "Unterschiede", short: "Hier knapp, dort genug", all: "Alle" },
  order: "Reihenfolge",
  orders: { name: "Artikel A–Z", difference: "Größter Unterschied" },
  find: "Artikel suchen",
  findHint: "ein beliebiger Teil des Namens",
  both: (left, right) => `${left} und ${right}`,
  difference: "Unterschied",
  choose: "Zwei Filialen wählen",
  chooseText: "Dann stehen ihre Artikel nebeneinander: wie viele jede hat, und was in einer ausverkauft oder knapp ist und in der anderen nicht.",
  largest: (shown, all) => `Gezeigt werden die ${n(shown)} größten von ${n(all)} Unterschieden; die CSV-Datei hat alle.`,
  tooLarge: (items) => `Filialen mit mehr als ${n(items)} Artikeln werden nur nach Namen gezeigt.`,
  looking: (items) => `${n(items)} Artikel verglichen …`,
  none: "Keine solchen Artikel",
  noneText: { different: "Soweit gefragt, haben beide Filialen denselben Bestand.", short: "Nichts, was in einer knapp ist, hat die andere.", all: "Keine der beiden Filialen hat solche Artikel." },
};

const WORDS: Record<Language, typeof en> = { en, de };

export const compareWords = (): typeof en => WORDS[i18n.language];
