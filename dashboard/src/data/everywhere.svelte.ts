import { app } from "../app";
import type { AwsError } from "../aws/errors";
import { concerns, type Change } from "./changes";
import { groups } from "./groups.svelte";
import type { Row } from "./model";
import { Watched } from "./watched.svelte";

/** So many stores are asked first: six requests at a time, of a hundred each. In a chain the rest is asked when somebody wants it. */
const FIRST_STORES = 600;

/** What came so far is shown so often: each time the page is sorted and built again. */
const SHOW_EVERY_MS = 500;

/** The rows of an item in the stores that carry it. No table has them together: every store is asked for its own. */
export class Everywhere {
  rows = $state.raw<ReadonlyMap<string, Row>>(new Map());
  /** Of how many stores it is known whether they carry it. */
  looked = $state(0);
  #complete = $state(false);
  #most = $state(FIRST_STORES);
  #asked = new Set<string>();
  #group = "";
  #changed: ReadonlySet<string> | null = null;
  readonly #look: Watched<true>;

  /** To be called while a component is set up. */
  constructor(private readonly item: string) {
    this.#look = new Watched(
      () => {
        if (!groups.ready) return null;
        const [group, stores] = [groups.chosen, groups.shown.slice(0, this.#most).map(({ Store }) => Store)];
        return (signal) => this.read(group, stores, signal);
      },
      (change) => this.#concerned(change),
    );
  }

  /** Whether all that are to be asked first have answered, or all, when that was wanted. */
  get complete(): boolean {
    return this.#complete;
  }

  get error(): AwsError | null {
    return this.#look.error ?? app.stores.error;
  }

  lookAtAll(): void {
    this.#complete = false;
    this.#most = Infinity;
  }

  refresh(): Promise<void> {
    return this.#look.refresh();
  }

  /** Has the rows of some stores read again. */
  readAgain(stores: readonly string[]): Promise<void> {
    this.#note(stores);
    return this.refresh();
  }

  /** Asks those of some stores that changed, or were not asked so far. */
  async read(group: string, stores: string[], signal: AbortSignal): Promise<true> {
    if (group !== this.#group) this.#complete = false;
    this.#group = group;
    const again = this.#changed;
    this.#changed = new Set();
    const wanted = new Set(again === null ? stores : stores.filter((store) => again.has(store) || !this.#asked.has(store)));
    const fresh = new Map<string, Row>();
    let next = Date.now() + SHOW_EVERY_MS;
    try {
      await app.inventory.everywhere(this.item, wanted, (got) => {
        for (const row of got) fresh.set(row.Store, row);
        // The first look fills up as the answers come, so that there is something to see before the last, if that takes long.
        if (this.#complete || Date.now() < next) return;
        next = Date.now() + SHOW_EVERY_MS;
        this.rows = new Map([...this.rows, ...fresh]);
      });
    } catch (error) {
      this.#note(again);
      throw error;
    }
    this.rows = new Map([...[...this.rows].filter(([store]) => !wanted.has(store)), ...fresh]);
    for (const store of wanted) this.#asked.add(store);
    // Of another group, or of more stores, the answer to that tells.
    if (!signal.aborted) [this.looked, this.#complete] = [stores.length, true];
    return true;
  }

  /** These stores are to be asked again; null: all of them. */
  #note(stores: Iterable<string> | null): void {
    this.#changed = stores && this.#changed && new Set([...this.#changed, ...stores]);
  }

  #concerned(change: Change): boolean {
    this.#note(change.stores);
    return this.#changed === null || [...this.#changed].some((store) => concerns(change, store));
  }
}
