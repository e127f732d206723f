/** What the user pool asks of a password (template.yaml): a weak one is not sent, and so told without a wait. */

export const LEAST_LETTERS = 12;

export const isStrong = (password: string): boolean =>
  password.length >= LEAST_LETTERS && [/[a-z]/, /[A-Z]/, /[0-9]/].every((kind) => kind.test(password));
