import { untrack } from "svelte";
import { app } from "../app";
import { awsError, type AwsError } from "../aws/errors";
import { openAlerts } from "./alerts";
import type { Alert, Short } from "./model";
import { sayings } from "./sayings.svelte";
import type { Key, Placed } from "./shards";

/** So many alerts of a level that are to do are read: who has more of them chooses a store. */
const MOST = 250;
/** What could not be read is tried again so soon. */
const AGAIN_MS = 10_000;
const LEVELS: Short[] = ["out", "low"];

/** The open alerts, kept as the pulse tells of changes. */
export class Worklist {
  open = $state.raw<Alert[]>([]);
  /** There are more of them. */
  more = $state(false);
  loaded = $state(false);
  error = $state.raw<AwsError | null>(null);
  #busy = false;
  #again = false;
  #keepers = 0;
  #stop = () => {};

  /** `store`: "": of all. `newest`: these are read first, not those that are open longest. `keeps`: which, if not all. */
  constructor(
    readonly store = "",
    readonly newest = false,
    private readonly keeps?: (alert: { Store: string }) => boolean,
  ) {}

  /** Those that nobody takes care of. */
  readonly toDo = $derived.by(() => this.open.filter((alert) => !sayings.isDone(alert)));

  /** Keeps it until what is returned is called, by all who keep it: for an effect. */
  keep(): () => void {
    if (!this.#keepers++) {
      const changed = app.live.listen((change) => void (change.alerts && this.refresh()));
      const failed = app.live.each(AGAIN_MS, () => void (this.error && this.refresh()));
      this.#stop = () => [changed, failed].forEach((stop) => stop());
      untrack(() => void this.refresh());
    }
    return () => {
      if (--this.#keepers) return;
      this.#stop();
      this.loaded = false; // from now on it is not known what changes
    };
  }

  async refresh(): Promise<void> {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#again) {
      this.#again = false;
      try {
        const found = await Promise.all(this.store ? [this.#read()] : LEVELS.map((level) => this.#read(level)));
        const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0) * (this.newest ? -1 : 1);
        // Where one level was not read to its end, the other one has to end there, too: else the list would have holes.
        const end = found.map(({ end }) => end).filter(Boolean).sort(order)[0];
        const open = found.flatMap(({ rows }) => rows).sort((a, b) => order(a.At, b.At));
        this.open = end ? open.filter((alert) => order(alert.At, end) <= 0) : open;
        this.more = Boolean(end);
        this.loaded = true;
        this.error = null;
      } catch (error) {
        this.error = awsError(error);
        break;
      }
    }
    this.#busy = false;
  }

  /** Reads a level until enough is to do, or to its end. `end`: the time of the last one that was read, if it is not. */
  async #read(level?: Short): Promise<{ rows: Alert[]; end: string }> {
    const rows: Placed<Alert>[] = [];
    let after: Key | undefined;
    for (;;) {
      const page = await openAlerts(level ?? { store: this.store }, { after }, MOST, this.newest, this.keeps);
      rows.push(...page.rows);
      await sayings.ask(page.rows);
      const last = page.rows.at(-1);
      if (!page.next || !last) return { rows, end: "" };
      if (rows.filter((alert) => !sayings.isDone(alert)).length >= MOST) return { rows, end: last.At };
      after = { Store: last.Store, Alert: last.Alert, ...(level ? { Open: last.shard ?? level, At: last.At } : {}) };
    }
  }
}

/** All that is open: the pages share it. */
export const worklist = new Worklist();
