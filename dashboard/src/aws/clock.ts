/**
 * What time it is on AWS, whatever this machine's clock says: AWS refuses a request whose signature is five minutes off
 * (S3: fifteen). Every answer tells, by its Date header where the browser may read that, a refusal also in its words.
 */
let offset = 0;

/** The Date header has whole seconds, and an answer is on its way for a while: less than this is no wrong clock. */
const NOTICED_MS = 30_000;

/** Milliseconds since 1970, by AWS's clock. */
export function now(): number {
  return Date.now() + offset;
}

/** The time of a signature, as `x-amz-date` wants it. */
export function signingTime(): string {
  return new Date(now()).toISOString().replace(/[:-]|\.\d{3}/g, "");
}

/** A moment of AWS's clock by this machine's: when its clock will show it. */
export function local(moment: number): number {
  return moment - offset;
}

/** Learns from an answer: its Date header, and the text of a refusal. */
export function learn(date: string | null, refusal = ""): void {
  const said = timeOf(date, refusal);
  if (said !== null && Math.abs(said - now()) > NOTICED_MS) offset = said - Date.now();
}

/**
 * The time of an answer, or null. Refusals are worded so: DynamoDB's "Signature expired: … is now earlier than …
 * (20261122T083652Z - 5 min.)", and S3's <ServerTime>2026-11-22T08:36:52Z</ServerTime>.
 */
export function timeOf(date: string | null, refusal: string): number | null {
  const stamp = /\((\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z [-+] \d+ min\.\)/.exec(refusal);
  const text = stamp
    ? `${stamp.slice(1, 4).join("-")}T${stamp.slice(4).join(":")}Z`
    : (/<ServerTime>([^<]*)<\/ServerTime>/.exec(refusal)?.[1] ?? date ?? "");
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? null : moment;
}
