import { expect, test } from "vitest";
// The names with which functions/stock/likeness.py is tested, too.
import cases from "../../tests/unit/likeness.json";
import { like, toldApart } from "../src/data/likeness";

test.each(cases.meant)("%s is meant to be %s: %s", (name, meant) => {
  expect(like(name ?? "", cases.known)).toBe(meant);
});

test.each(cases.told_apart)("%s, like %s, is shown as %s", (name, meant, shown) => {
  expect(toldApart(name ?? "", meant ?? "")).toBe(shown);
});
