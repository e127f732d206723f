/** All that shows and sets the reorder points of a table's rows: it comes after the table, as no page needs it at first. */

import { Chosen } from "../data/chosen.svelte";
import { maySet, readPoints, type Place, type SetPoints } from "../data/points";
import { pointWords } from "../i18n/points";
import LowAt from "./LowAt.svelte";
import PointsBar from "./PointsBar.svelte";
import Tick from "./Tick.svelte";

const parts = { Chosen, LowAt, PointsBar, Tick, maySet, words: pointWords };

export type Setting = typeof parts & { set: SetPoints };

/** Reads the reorder points that were set for some rows. */
export async function settingOf(rows: readonly Place[]): Promise<Setting> {
  return { ...parts, set: await readPoints(rows) };
}
