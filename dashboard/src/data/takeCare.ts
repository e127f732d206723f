import { app } from "../app";
import { now } from "../aws/clock";
import { AwsError } from "../aws/errors";
import { say, type Acknowledgement } from "./acknowledgements";
import type { Alert } from "./model";
import { sayings } from "./sayings.svelte";

/** Browsers open six connections to one host. */
const PARALLEL = 6;

/** What somebody says of alerts. */
export type Words = Pick<Acknowledgement, "kind" | "until" | "note">;

/** What was said of an alert's item before, and is now. */
export interface Step {
  alert: Alert;
  before: Acknowledgement | undefined;
  after: Acknowledgement;
}

export interface Outcome {
  steps: Step[];
  /** Of these somebody else said something meanwhile. */
  taken: Alert[];
  /** What ended it early. */
  error: unknown;
}

/** Says the same of some alerts, each on condition that what was said of its item is as it was `seen`. */
export function sayOf(alerts: Alert[], words: Words, seen: (alert: Alert) => Acknowledgement | undefined): Promise<Outcome> {
  return each(alerts.map((alert) => ({ alert, before: seen(alert), words: { ...words, of: alert.Alert, by: app.session.email } })));
}

/** Puts back what was said before. */
export function takeBack(steps: Step[]): Promise<Outcome> {
  const nothing = (alert: Alert) => ({ kind: "undone" as const, of: alert.Alert, until: "", by: app.session.email, note: "" });
  return each(steps.map(({ alert, before, after }) => ({ alert, before: after, words: before ?? nothing(alert) })));
}

async function each(tasks: { alert: Alert; before: Acknowledgement | undefined; words: Omit<Acknowledgement, "at" | "seen"> }[]): Promise<Outcome> {
  const outcome: Outcome = { steps: [], taken: [], error: null };
  const left = [...tasks];
  const worker = async () => {
    for (let task = left.shift(); task && !outcome.error; task = left.shift()) {
      const { alert, before, words } = task;
      const at = new Date(now()).toISOString();
      const after = { kind: words.kind, of: words.of, until: words.until, by: words.by, note: words.note, at, seen: at };
      try {
        await say(alert, after, before?.seen ?? "");
        outcome.steps.push({ alert, before, after });
        sayings.note([{ ...after, Store: alert.Store, Item: alert.Item }]);
      } catch (error) {
        if (error instanceof AwsError && error.code === "ConditionalCheckFailedException") outcome.taken.push(alert);
        else outcome.error = error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, tasks.length) }, worker));
  app.live.lookNow();
  return outcome;
}
