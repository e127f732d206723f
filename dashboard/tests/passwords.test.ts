import { expect, it } from "vitest";
import template from "../../template.yaml?raw";
import { isStrong, LEAST_LETTERS } from "../src/aws/passwords";

it("asks of a new password what the user pool asks", () => {
  const policy = /PasswordPolicy:\n((?: {10}.*\n)+)/.exec(template)?.[1] ?? "";
  expect(policy).toContain(`MinimumLength: ${LEAST_LETTERS}\n`);
  for (const kind of ["Lowercase", "Uppercase", "Numbers"]) expect(policy).toContain(`Require${kind}: true`);
  expect(policy).toContain("RequireSymbols: false");
  expect(isStrong("Correct-Hor1")).toBe(true);
  for (const weak of ["Correct-Ho1", "correct-hor1", "CORRECT-HOR1", "Correct-Hors"]) expect(isStrong(weak), weak).toBe(false);
});
