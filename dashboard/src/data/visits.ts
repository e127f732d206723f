/*
 * When this browser opened the alerts. Who goes to other pages and comes back within an hour is still at the same visit, and wants to
 * know what is new since yesterday evening.
 */

const KEPT = "onhand.visits";
const PAUSE_MS = 3600_000;

interface Visits {
  /** When they were opened last in the visit before this one; 0: there was none. */
  before: number;
  /** When they were opened last. */
  last: number;
}

/** Notes that the alerts are opened; returns when they were last in the visit before (ms), null if there was none. */
export function lastVisit(now: number): number | null {
  let { before, last } = read();
  if (last && now - last > PAUSE_MS) before = last;
  last = now;
  localStorage.setItem(KEPT, JSON.stringify({ before, last }));
  return before || null;
}

function read(): Visits {
  try {
    const { before, last } = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Visits>;
    return { before: Number(before) || 0, last: Number(last) || 0 };
  } catch {
    return { before: 0, last: 0 };
  }
}
