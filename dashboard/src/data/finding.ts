import { fold } from "./folding";

/** What is found by its name, folded (folding.ts). */
export interface Named {
  folded: string;
}

export interface Found<T> {
  /** Every word is somewhere in the name; the best come first, otherwise in their order. */
  hits: T[];
  /** If there are few of these: a word, or more, is a typo away. */
  near: T[];
}

/** Whoever finds fewer than this may have mistyped it. */
const FEW = 6;
/** Shorter words are a typo away from everything. */
const SHORTEST = 4;
/** Of a longer word the beginning counts: a bit for each letter. */
const LONGEST = 30;

export function named(name: string): Named & { name: string } {
  return { name, folded: fold(name) };
}

/**
 * What has all words in its name: any part of it, any case, with or without accents. All names are looked through, as an index would take
 * longer to make than to do without: 100,000 names take 5 to 10 ms, the typos 10 to 20 ms more.
 */
export function find<T extends Named>(all: readonly T[], text: string): Found<T> {
  const words = fold(text).split(/\s+/).filter(Boolean);
  if (!words.length) return { hits: [...all], near: [] };
  const ranks: T[][] = [[], [], [], []];
  for (const one of all) if (words.every((word) => one.folded.includes(word))) ranks[rank(one.folded, words)]?.push(one);
  const hits = ranks.flat();
  return { hits, near: hits.length < FEW ? nearly(all, words, new Set(hits)) : [] };
}

/** The first of what was found: what is a typo away only where there is room. */
export function best<T>({ hits, near }: Found<T>, most: number): T[] {
  return [...hits, ...near].slice(0, most);
}

/** 0: it is the name, 1: the name begins so, 2: its words do, 3: it is somewhere inside. */
function rank(folded: string, words: string[]): number {
  const whole = words.join(" ");
  if (folded.startsWith(whole)) return folded === whole ? 0 : 1;
  return words.every((word) => ` ${folded}`.includes(` ${word}`)) ? 2 : 3;
}

function nearly<T extends Named>(all: readonly T[], words: string[], hits: ReadonlySet<T>): T[] {
  const typed = words.map((word) => (word.length < SHORTEST ? (text: string) => text.includes(word) : almost(word)));
  return all.filter((one) => !hits.has(one) && typed.every((is) => is(one.folded)));
}

/**
 * Whether a text has a word in it, or what is a typo away: a letter more, less or another one, or two that changed places. One bit for each
 * beginning of the word that ends at the letter just read, without a typo (`exact`) and with one (`typo`): Wu and Manber's way.
 */
function almost(word: string): (text: string) => boolean {
  const places = new Uint32Array(0x10000);
  const length = Math.min(word.length, LONGEST);
  for (let at = 0; at < length; at++) places[word.charCodeAt(at)]! |= 1 << at;
  const end = 1 << (length - 1);
  return (text) => {
    let exact = 0;
    let typo = 1;
    let exactBefore = 0;
    let placesBefore = 0;
    for (let at = 0; at < text.length; at++) {
      const here = places[text.charCodeAt(at)] ?? 0;
      const next = ((exact << 1) | 1) & here;
      const swapped = ((((exactBefore << 1) | 1) & here) << 1) & placesBefore;
      typo = (((typo << 1) | 1) & here) | exact | (exact << 1) | (next << 1) | swapped | 1;
      if (typo & end) return true;
      exactBefore = exact;
      exact = next;
      placesBefore = here;
    }
    return false;
  };
}
