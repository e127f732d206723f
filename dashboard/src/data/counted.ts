import { app } from "../app";
import { now } from "../aws/clock";
import { DAY_MS } from "./history";
import { ACKNOWLEDGEMENT } from "./model";

/*
 * That somebody counted an item lies in the table Acknowledgements, as that is what people may write. No alert has such a key: they
 * begin with a time.
 */
const COUNTED = "counted#";
const KEEP_DAYS = 400;

const keyOf = (store: string, item: string) => ({ Store: store, Alert: COUNTED + item });

/** Says that an item was counted just now. */
export function markCounted(store: string, item: string): Promise<void> {
  const values = { ":by": app.session.email, ":at": new Date(now()).toISOString(), ":expires": Math.ceil(now() / 1000) + KEEP_DAYS * 86_400 };
  return app.db.update(app.config.acknowledgementsTable, keyOf(store, item), "SET #AckBy = :by, #AckAt = :at, #Expires = :expires", values);
}

/** How many days ago items were counted, of those that were; nothing for guests, who may not see it. */
export async function countedDaysAgo(store: string, items: string[]): Promise<Map<string, number>> {
  if (!items.length || !(await app.session.seesPeople())) return new Map();
  const keys = items.map((item) => keyOf(store, item));
  const found = await app.db.batchGet<Record<string, string>>(app.config.acknowledgementsTable, keys, ACKNOWLEDGEMENT);
  // Whoever signed in can write there what they like: it may be no time, or one that is still to come.
  const ago = found.map((mark): [string, number] => [String(mark["Alert"]).slice(COUNTED.length), (now() - Date.parse(String(mark["AckAt"]))) / DAY_MS]);
  return new Map(ago.filter(([, days]) => days >= 0));
}
