import type { Saying } from "./acknowledgements";
import type { Alert, Upload } from "./model";

/** What may have changed since the last look. */
export interface Change {
  /** Stores whose rows may have changed; null: any store. */
  stores: ReadonlySet<string> | null;
  uploads: boolean;
  alerts: boolean;
  /** What people said of alerts; null: anything. */
  said: readonly Saying[] | null;
}

/** Everything may have changed: the first look, or the first one after being away. */
export const EVERYTHING: Change = { stores: null, uploads: true, alerts: true, said: null };

export function concerns(change: Change, store: string): boolean {
  return change.stores === null || change.stores.has(store);
}

/** The part of an upload that the pulse compares. */
export type UploadPulse = Pick<Upload, "Token" | "State" | "PartsDone" | "RowsDone" | "Stores" | "StoreCount" | "Finished">;
/** The part of an alert that the pulse compares. */
export type AlertPulse = Pick<Alert, "Store" | "Alert" | "ClosedAt">;

/** A look at the newest uploads and alerts, and at what was said since shortly before the last look. */
export interface Pulse {
  uploads: readonly UploadPulse[];
  alerts: readonly AlertPulse[];
  said: readonly Saying[];
}

const mark = (upload: UploadPulse) => [upload.State, upload.PartsDone, upload.RowsDone, upload.Finished].join();

/** What differs between two looks; null when nothing does. */
export function difference(before: Pulse, now: Pulse): Change | null {
  const known = new Map(before.uploads.map((upload) => [upload.Token, mark(upload)]));
  const changed = now.uploads.filter((upload) => known.get(upload.Token) !== mark(upload));
  const knownAlerts = new Map(before.alerts.map((alert) => [alert.Store + alert.Alert, alert.ClosedAt ?? "open"]));
  const alerts = now.alerts.filter((alert) => knownAlerts.get(alert.Store + alert.Alert) !== (alert.ClosedAt ?? "open"));
  const knownSaid = new Set(before.said.map(({ Store, Item, seen }) => [Store, Item, seen].join("\n")));
  const said = now.said.filter(({ Store, Item, seen }) => !knownSaid.has([Store, Item, seen].join("\n")));
  if (!changed.length && !alerts.length && !said.length) return null;
  // Nothing of what we knew is left in the window: uploads may have passed that we never saw.
  const overrun = before.uploads.length > 0 && changed.length === now.uploads.length;
  const stores = new Set(alerts.map((alert) => alert.Store));
  let any = overrun;
  for (const upload of changed) {
    if (upload.State === "refused") continue;
    const listed = upload.Stores ?? [];
    if (!listed.length || (upload.StoreCount ?? 0) > listed.length) any = true;
    for (const store of listed) stores.add(store);
  }
  return { stores: any ? null : stores, uploads: changed.length > 0, alerts: changed.length > 0 || alerts.length > 0, said };
}
