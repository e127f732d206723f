import type { Alert, Upload } from "./model";

/** What may have changed since the last look. */
export interface Change {
  /** Stores whose rows may have changed; null: any store. */
  stores: ReadonlySet<string> | null;
  uploads: boolean;
  alerts: boolean;
}

/** Everything may have changed: the first look, or the first one after being away. */
export const EVERYTHING: Change = { stores: null, uploads: true, alerts: true };

/** Something changed that is not among the newest few. */
export const SOMETHING: Change = { ...EVERYTHING };

export function concerns(change: Change, store: string): boolean {
  return change.stores === null || change.stores.has(store);
}

/** The part of an upload that the pulse compares. */
export type UploadPulse = Pick<Upload, "Token" | "State" | "PartsDone" | "RowsDone" | "Stores" | "StoreCount" | "Finished">;
/** The part of an alert that the pulse compares. */
export type AlertPulse = Pick<Alert, "Store" | "Alert" | "ClosedAt">;

const mark = (upload: UploadPulse) => [upload.State, upload.PartsDone, upload.RowsDone, upload.Finished].join();

/** What differs between two looks at the newest uploads and alerts; null when nothing does. */
export function difference(
  before: { uploads: readonly UploadPulse[]; alerts: readonly AlertPulse[] },
  now: { uploads: readonly UploadPulse[]; alerts: readonly AlertPulse[] },
): Change | null {
  const known = new Map(before.uploads.map((upload) => [upload.Token, mark(upload)]));
  const changed = now.uploads.filter((upload) => known.get(upload.Token) !== mark(upload));
  const knownAlerts = new Map(before.alerts.map((alert) => [alert.Store + alert.Alert, alert.ClosedAt ?? "open"]));
  const alerts = now.alerts.filter((alert) => knownAlerts.get(alert.Store + alert.Alert) !== (alert.ClosedAt ?? "open"));
  if (!changed.length && !alerts.length) return null;
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
  return { stores: any ? null : stores, uploads: changed.length > 0, alerts: changed.length > 0 || alerts.length > 0 };
}
