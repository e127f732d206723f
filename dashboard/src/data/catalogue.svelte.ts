import { app } from "../app";
import { now } from "../aws/clock";
import { AwsError } from "../aws/errors";
import { add, byName, CatalogueTable, type Entry, type Head, type Which } from "./catalogue";

/** Changes reach the catalogue some seconds after an upload is done: for a minute it is looked at often. */
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
  /** How many items there are, and when that was so, if not now. */
  size = $state.raw<{ items: number; at?: string | undefined } | undefined>(undefined);
  error = $state.raw<AwsError | null>(null);

  #head: Head = {};
  #hasAll = false;
  #known = new Map<string, Entry>();
  #seen = new Set<string>();
  #looked = 0;
  #changed = 0;
  #watchers = 0;
  #looking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly which: Which) {}

  get(item: string): Entry | undefined {
    return this.entries ? this.#known.get(item) : undefined;
  }

  /** Reads it and keeps it as it is in the table, until what is returned is called: for an effect. */
  keep(): () => void {
    const stop = app.live.listen(() => {
      this.#changed = now();
      void this.look();
    });
    if (!this.#watchers++) void this.look();
    return () => {
      stop();
      if (!--this.#watchers) clearTimeout(this.#timer);
    };
  }

  async look(): Promise<void> {
    if (this.#looking || document.hidden) return this.#later();
    this.#looking = true;
    try {
      await this.#read();
      this.error = null;
    } catch (error) {
      this.error = error instanceof AwsError ? error : new AwsError("failed", "Unknown", String(error));
    }
    this.#looking = false;
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#timer);
    if (this.#watchers) this.#timer = setTimeout(() => void this.look(), now() - this.#changed < SETTLING_MS ? OFTEN_MS : SELDOM_MS);
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
    if (!whole) {
      this.entries = null;
      return;
    }
    this.#head = whole.head;
    this.#hasAll = whole.read === "items";
    this.#known = new Map(whole.base.map((entry) => [entry.item, entry]));
    this.#seen = new Set(whole.changes.map(({ key }) => key));
    this.#looked = start;
    this.#add(whole.changes.flatMap(({ entries }) => entries));
  }

  #add(differences: Entry[]): void {
    add(this.#known, differences);
    const all = [...this.#known.values()].filter(({ stores }) => stores > 0);
    this.size = this.#hasAll ? { items: all.length } : { items: this.#head.Items ?? 0, at: this.#head.At };
    this.entries = (this.which === "items" ? all : [...this.#known.values()].filter(({ out, low }) => out + low > 0)).sort(byName);
  }
}

export const items = new Catalogue("items");
export const shortItems = new Catalogue("short");
