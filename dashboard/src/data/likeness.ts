/** Which store a new name is easily taken for: the rules of functions/stock/likeness.py. */

const SHORTEST = 4;
const LOOKS_LIKE = new Map([...zip("аеорсухіјѕԁһкмтвнαορνικτυ", "aeopcyxijsdhkmtbhaopviktu")]);

function* zip(one: string, other: string): Iterable<[string, string]> {
  const letters = [...other];
  for (const [at, letter] of [...one].entries()) yield [letter, letters[at] ?? letter];
}

function skeleton(name: string): string {
  const folded = [...name.normalize("NFKC").toLowerCase()].map((letter) => LOOKS_LIKE.get(letter) ?? letter).join("");
  return folded.normalize("NFKD").replace(/[\p{M}\s]/gu, "");
}

const digits = (name: string) => name.replace(/\D/g, "");

function isOneEdit(one: string, other: string): boolean {
  const [shorter = "", longer = ""] = [one, other].sort((a, b) => a.length - b.length);
  if (longer.length - shorter.length > 1) return false;
  let at = 0;
  while (at < shorter.length && shorter[at] === longer[at]) at++;
  const [rest, others] = [shorter.slice(at), longer.slice(at)];
  if (shorter.length !== longer.length) return rest === others.slice(1);
  const swapped = rest[0] === others[1] && rest[1] === others[0] && rest.slice(2) === others.slice(2);
  return rest.slice(1) === others.slice(1) || swapped;
}

export function like(name: string, known: string[]): string | null {
  const mine = skeleton(name);
  const names = known.filter((other) => other !== name);
  const same = names.find((other) => skeleton(other) === mine);
  if (same !== undefined || mine.length < SHORTEST) return same ?? null;
  return names.find((other) => digits(other) === digits(name) && isOneEdit(mine, skeleton(other))) ?? null;
}

/** The name, with signs named that look like those of another one: `North‹U+00A0›Quay`, `North␣␣Quay`. */
export function toldApart(name: string, meant: string): string {
  const hex = (sign: string) => (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const isAlike = (sign: string) => !meant.includes(sign) && (LOOKS_LIKE.has(sign.toLowerCase()) || (/\s/.test(sign) && sign !== " "));
  return [...name.replaceAll("  ", "␣␣")].map((sign) => (isAlike(sign) ? `‹U+${hex(sign)}›` : sign)).join("");
}
