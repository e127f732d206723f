/** Words about an upload that is looked at more closely, and about a check: apart from the others, as no page needs them at first. */

import { counted as s, number as n } from "./format";
import { i18n } from "./index.svelte";
import type { Language } from "./languages";

const en = {
  withdraw: {
    withdraw: "Withdraw",
    withdrawText: "The stores become as if this file had never come. Its alerts close. It can be taken back.",
    takeBack: "Take the withdrawal back",
    takeBackText: "The file counts again, as if it had never been withdrawn.",
    why: "Why",
    whyHint: "Others see it. You may leave it empty.",
    done: "This file was withdrawn: it does not count.",
    by: (who: string, why: string) => `${who}${why ? `: ${why}` : ""}`,
  },
  /** What a check says. */
  ifSent: {
    title: "If it is sent now",
    titleAnyway: "If it were loaded anyway",
    unchanged: "Nothing was changed.",
    compared: (time: string) => `Compared with the counts of ${time}.`,
    tooLarge: "The file is too large to be compared with the counts. Only its rows were read.",
    newStores: (count: number) => `${s(count, "new store", "new stores")}: is ${count === 1 ? "it" : "each"} spelled as it should be?`,
    storeItems: (store: string, items: number) => `${store} (${s(items, "item", "items")})`,
    storeLike: (store: string, items: number, known: string) => `${store} (${s(items, "item", "items")}), like ${known}`,
    removes: (removed: number, items: number, store: string) => `Would remove ${n(removed)} of the ${s(items, "item", "items")} of ${store}.`,
    nothing: "Everything is already as the file says.",
    kinds: { ToZero: "Runs out", Delisted: "Delisted", NewItems: "New items", OtherCounts: "Other counts" },
    first: (shown: number) => `the ${n(shown)} greatest differences`,
    before: "Before",
    after: "After",
  },
  /** How a checked file was understood. */
  read: {
    title: "How it was read",
    columns: { Store: "Store", Item: "Item", Count: "Count", ReorderPoint: "Reorder at" },
    encoding: "Encoding",
    numbers: "Numbers",
    repeats: "Rows of the same item",
    last: "The last one counts",
    addUp: "Are added up",
    again: "Check again like this",
    keep: (store: string) => (store ? `Read all files of ${store} like this` : "Read all files like this, unless their store has a format"),
  },
};

const de: typeof en = {
  withdraw: {
    withdraw: "Zurückziehen",
    withdrawText: "Die Filialen werden, als wäre diese Datei nie gekommen. Ihre Meldungen schließen sich. Das lässt sich rückgängig machen.",
    takeBack: "Doch gelten lassen",
    takeBackText: "Die Datei gilt wieder, als wäre sie nie zurückgezogen worden.",
    why: "Warum",
    whyHint: "Andere sehen es. Sie können es leer lassen.",
    done: "Diese Datei wurde zurückgezogen: sie gilt nicht.",
    by: (who: string, why: string) => `${who}${why ? `: ${why}` : ""}`,
  },
  ifSent: {
    title: "Wenn sie jetzt gesendet wird",
    titleAnyway: "Wenn sie trotzdem geladen würde",
    unchanged: "Nichts wurde geändert.",
    compared: (time) => `Verglichen mit dem Bestand von ${time}.`,
    tooLarge: "Die Datei ist zu groß, um sie mit dem Bestand zu vergleichen. Nur ihre Zeilen wurden gelesen.",
    newStores: (count) => `${s(count, "neue Filiale", "neue Filialen")} – stimmt die Schreibweise?`,
    storeItems: (store, items) => `${store} (${n(items)} Artikel)`,
    storeLike: (store, items, known) => `${store} (${n(items)} Artikel), ähnlich wie ${known}`,
    removes: (removed, items, store) => `Würde ${n(removed)} von ${n(items)} Artikeln aus ${store} entfernen.`,
    nothing: "Alles ist schon so, wie es in der Datei steht.",
    kinds: { ToZero: "Geht aus", Delisted: "Wird ausgelistet", NewItems: "Neue Artikel", OtherCounts: "Andere Bestände" },
    first: (shown) => `die ${n(shown)} größten Unterschiede`,
    before: "Vorher",
    after: "Nachher",
  },
  read: {
    title: "Wie sie gelesen wurde",
    columns: { Store: "Filiale", Item: "Artikel", Count: "Bestand", ReorderPoint: "Meldebestand" },
    encoding: "Zeichensatz",
    numbers: "Zahlen",
    repeats: "Zeilen desselben Artikels",
    last: "Die letzte gilt",
    addUp: "Werden zusammengezählt",
    again: "So noch einmal prüfen",
    keep: (store) => (store ? `Alle Dateien von ${store} so lesen` : "Alle Dateien so lesen, außer die Filiale hat ein eigenes Format"),
  },
};

const WORDS: Record<Language, typeof en> = { en, de };

export const checked = (): typeof en => WORDS[i18n.language];
