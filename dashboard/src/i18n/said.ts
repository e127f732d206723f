/** What Load-Inventory says of a file: it writes English sentences, with a key and values for the other languages. */

import type { Note, Reason, Upload } from "../data/model";
import { number } from "./format";
import { i18n } from "./index.svelte";
import de from "./said.de.json";

type Value = string | number | string[] | Record<string, string> | Reason;
type Words = Record<string, string>;
/** `reasons` of rows, and of `files` that are refused; words for values: `columns`, `kinds` of files, `signs`. */
type Sentences = Record<"columns" | "notes" | "reasons" | "files" | "kinds" | "signs", Words> & { nothing: string };
/** Values that are words of ours, whichever sentence they stand in. */
const WORDS: Record<string, "columns" | "kinds" | "signs"> = {
  column: "columns", other: "columns", columns: "columns", kind: "kinds", sign: "signs", sign_of_rows: "signs",
};

const SAID: Partial<Record<string, Sentences>> = { de };

export function noteInWords(note: Note): string {
  const said = SAID[i18n.language];
  return fill(said, said?.notes[note.Key], note as Record<string, unknown>) ?? note.Text;
}

export function reasonInWords(reason: Reason): string {
  const said = SAID[i18n.language];
  return fill(said, reason.Key && (said?.reasons[reason.Key] ?? said?.files[reason.Key]), reason.Values) ?? reason.Reason;
}

/** Why a file was refused; "" if nobody says why. What it is made of holds only for this very sentence. */
export function refusalInWords({ Reason, ReasonOf }: Upload): string {
  return ReasonOf && ReasonOf.Reason === Reason ? reasonInWords(ReasonOf) : (Reason ?? "");
}

/** The sentence with its values; undefined if it, or one of them, is not known: then the English one is shown. */
function fill(said: Sentences | undefined, sentence: string | undefined, values: Record<string, unknown> = {}): string | undefined {
  if (!said || !sentence) return undefined;
  const names = [...sentence.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "");
  if (names.some((name) => values[name] === undefined)) return undefined;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => shown(said, name, values[name] as Value));
}

function shown(said: Sentences, name: string, value: Value): string {
  const words = WORDS[name];
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return (words && said[words][value]) ?? value;
  if (Array.isArray(value)) {
    return value.map((each) => (words ? (said[words][each] ?? each) : `„${each}“`)).join(", ") || said.nothing;
  }
  if (isReason(value)) return reasonInWords(value);
  return Object.entries(value).map(([column, title]) => `${said.columns[column] ?? column}: „${title}“`).join(", ");
}

function isReason(value: Record<string, string> | Reason): value is Reason {
  return "Reason" in value && "Key" in value;
}
