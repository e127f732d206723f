import type { Alert } from "../data/model";
import { handling } from "../i18n/alerts";
import { number } from "../i18n/format";
import { t } from "../i18n/index.svelte";

/** From what to what the count went. A new reorder point changes none, nor does what is to be expected. */
export function changeOf({ Event, Previous, Count, First, Last }: Alert): string {
  const words = handling();
  if (Event === "RUNS_OUT_SOON") return words.willBeOut(Count, t().store.range(First ?? null, Last ?? null));
  if (Previous === undefined) return words.fromUnknown(Count);
  return Previous === Count ? number(Count) : words.from(Previous, Count);
}
