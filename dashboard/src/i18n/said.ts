/** What Load-Inventory says of a file: it writes English sentences, with a key and values for the other languages. */

import type { Note, RejectedRow } from "../data/model";
import { number } from "./format";
import { i18n } from "./index.svelte";
import de from "./said.de.json";

type Value = string | number | string[] | Record<string, string>;
type Sentences = { columns: Record<string, string>; notes: Record<string, string>; reasons: Record<string, string> };

const SAID: Partial<Record<string, Sentences>> = { de };

export function noteInWords(note: Note): string {
  const said = SAID[i18n.language];
  return fill(said, said?.notes[note.Key], note as Record<string, unknown>) ?? note.Text;
}

export function reasonInWords(row: RejectedRow): string {
  const said = SAID[i18n.language];
  return fill(said, row.Key && said?.reasons[row.Key], row.Values) ?? row.Reason;
}

/** The sentence with its values; undefined if it, or one of them, is not known: then the English one is shown. */
function fill(said: Sentences | undefined, sentence: string | undefined, values: Record<string, unknown> = {}): string | undefined {
  if (!said || !sentence) return undefined;
  const names = [...sentence.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "");
  if (names.some((name) => values[name] === undefined)) return undefined;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => shown(said, name, values[name] as Value));
}

function shown(said: Sentences, name: string, value: Value): string {
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return name === "column" ? (said.columns[value] ?? value) : value;
  if (Array.isArray(value)) return value.map((each) => `„${each}“`).join(", ");
  return Object.entries(value).map(([column, title]) => `${said.columns[column] ?? column}: „${title}“`).join(", ");
}
