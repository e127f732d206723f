import { untrack } from "svelte";
import { app } from "../app";
import { now } from "../aws/clock";
import { awsError, type AwsError } from "../aws/errors";
import { add, byName, CatalogueTable, type Entry, type Which } from "./catalogue";

/** Changes reach the catalogue some seconds after an upload is done: for a minute it is looked at often, with the pulse. */
const SETTLING_MS = 60_000;
const OFTEN_MS = 10_000;
/** And otherwise for what no upload announced. */
const SELDOM_MS = 60_000;
/** A change is written a moment after the time in its key. */
const OVERLAP_MS = 60_000;
/** What is older than 10 minutes may be in a newer base only: after so long without a look it is read as a whole. */
const LONGEST_SLEEP_MS = 8 * 60_000;

/** The catalogue in the browser: read once, when somebody needs it, and kept by what changes. */
export class Catalogue {
  /** Sorted by name; undefined: not read yet; null: nobody has counted the items yet, so nothing is known. */
  entries = $state.raw<Entry[] | null | undefined>(undefined);
  error = $state.raw<AwsError | null>(null);

  #known = new Map<string, Entry>();
  #seen = new Set<string>();
  #looked = 0;
  #changed = 0;
  #watchers = 0;
  #looking = false;
  #stop = () => {};

  constructor(private readonly which: Which) {}

  /** Reads it and keeps it as it is in the table, until what is returned is called: for an effect. */
  keep(): () => void {
    if (!this.#watchers++) {
      const changed = app.live.listen(() => {
        this.#changed = now();
        void this.refresh();
      });
      const regular = app.live.each(OFTEN_MS, () => {
        if (now() - this.#changed < SETTLING_MS || now() - this.#looked >= SELDOM_MS) void this.refresh();
      });
      this.#stop = () => [changed, regular].forEach((stop) => stop());
      untrack(() => void this.refresh());
    }
    return () => {
      if (!--this.#watchers) this.#stop();
    };
  }

  async refresh(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#read();
      this.error = null;
    } catch (error) {
      this.error = awsError(error);
    }
    this.#looking = false;
  }

  async #read(): Promise<void> {
    const table = new CatalogueTable(app.db, app.config.catalogueTable);
    const start = now();
    if (this.entries && start - this.#looked < LONGEST_SLEEP_MS) {
      const changes = await table.changes(new Date(this.#looked - OVERLAP_MS).toISOString());
      const fresh = changes.filter(({ key }) => !this.#seen.has(key));
      this.#seen = new Set(changes.map(({ key }) => key));
      this.#looked = start;
      if (fresh.length) this.#add(fresh.flatMap(({ entries }) => entries));
      return;
    }
    const whole = await table.whole(this.which);
    this.#looked = start;
    if (!whole) {
      this.entries = null;
      return;
    }
    this.#known = whole.base;
    this.#seen = new Set(whole.changes.map(({ key }) => key));
    this.#add(whole.changes.flatMap(({ entries }) => entries));
  }

  #add(differences: Entry[]): void {
    add(this.#known, differences);
    const isThere = this.which === "items" ? (entry: Entry) => entry.stores > 0 : ({ out, low }: Entry) => out + low > 0;
    this.entries = [...this.#known.values()].filter(isThere).sort(byName);
  }
}

export const items = new Catalogue("items");
export const shortItems = new Catalogue("short");
