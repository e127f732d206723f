/** Letters that are no others with an accent, and what people type for them (functions/stock/catalogue.py folds so, too). */
const LETTERS: Record<string, string> = { ß: "ss", ł: "l", ø: "o", đ: "d", ħ: "h", ı: "i", æ: "ae", œ: "oe", þ: "th", ð: "d", ς: "σ" };

/** A name as it is searched for and sorted by: without capitals and accents. in: `Łódź`, out: `lodz`. */
export function fold(name: string): string {
  const small = name.toLowerCase();
  if (!/[^\x00-\x7f]/.test(small)) return small;
  return small
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .replace(/[ßłøđħıæœþðς]/g, (letter) => LETTERS[letter] ?? letter);
}
