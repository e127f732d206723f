import { expect, test } from "vitest";
import { find, named } from "../src/data/finding";
import { fold } from "../src/data/folding";

const names = (found: { name: string }[]) => found.map(({ name }) => name);
const all = ["Łódź Centre", "Zürich HB", "Écran 24\"", "Oat milk 1 l", "Goat milk", "Milk, oat (organic)", "Straße", "Ελλάς", "Ø-ring", "ＷＩＤＥ tea"].map(named);

test.each([
  ["lodz", "Łódź Centre"],
  ["LÓDZ", "Łódź Centre"],
  ["zurich", "Zürich HB"],
  ["ecran", "Écran 24\""],
  ["strasse", "Straße"],
  ["ΕΛΛΆΣ", "Ελλάς"],
  ["o-ring", "Ø-ring"],
  ["wide", "ＷＩＤＥ tea"],
  ["ganic", "Milk, oat (organic)"],
])("%s finds %s", (text, name) => {
  expect(names(find(all, text).hits)).toEqual([name]);
});

test("the name itself comes first, then what begins so, words that do, and what is inside", () => {
  const teas = ["Green tea", "Steam iron", "Teapot", "Tea"].map(named);
  expect(names(find(teas, "tea").hits)).toEqual(["Tea", "Teapot", "Green tea", "Steam iron"]);
  expect(names(find(all, "milk oat").hits)).toEqual(["Oat milk 1 l", "Milk, oat (organic)", "Goat milk"]);
});

test.each([
  ["kettel", "kettle"], // two changed places
  ["ketle", "kettle"], // one less
  ["kettlle", "kettle"], // one more
  ["kattle", "kettle"], // another one
  ["ettle", "kettle"],
  ["kettl", "kettle"],
  ["ekttle", "kettle"],
])("%s is a typo away from %s", (typed) => {
  const found = find([named("Glass kettle, 1.7 l"), named("Bowl")], typed);
  expect(names([...found.hits, ...found.near])).toEqual(["Glass kettle, 1.7 l"]);
});

test("two typos are too many, a short word has none, and each word has one", () => {
  const some = ["Oat milk", "Rice"].map(named);
  expect(find(some, "mklii").near).toEqual([]);
  expect(find(some, "oaz").near).toEqual([]);
  expect(names(find(some, "oat mlik").near)).toEqual(["Oat milk"]);
  expect(find(some, "ots mlik").near).toEqual([]);
});

/** What a typo may make of a word, counted out: the bits of `find` must not say anything else. */
function typos(word: string): Set<string> {
  const letters = [..."abcd"];
  const made = new Set<string>([word]);
  for (let at = 0; at <= word.length; at++) {
    const [before, after] = [word.slice(0, at), word.slice(at)];
    for (const letter of letters) made.add(before + letter + after).add(before + letter + after.slice(1));
    made.add(before + after.slice(1));
    if (after.length > 1) made.add(before + after.charAt(1) + after.charAt(0) + after.slice(2));
  }
  return made;
}

test("typos are found exactly where they are", () => {
  let seed = 1;
  const text = (length: number) => Array.from({ length }, () => "abcd"[(seed = (seed * 48271) % 2147483647) % 4]).join("");
  let found = 0;
  for (let round = 0; round < 400; round++) {
    const [word, name] = [text(4 + (round % 4)), text(9)];
    const expected = [...typos(word)].some((typo) => name.includes(typo));
    const { hits, near } = find([named(name)], word);
    expect([name, word, hits.length + near.length]).toEqual([name, word, expected ? 1 : 0]);
    found += hits.length + near.length;
  }
  expect(found).toBeGreaterThan(50);
  expect(found).toBeLessThan(350);
});

test("ASCII takes the short way to the same", () => expect(fold("Oat MILK")).toBe("oat milk"));
