import { now } from "../aws/clock";
import { awsError, type AwsError } from "../aws/errors";
import type { Change } from "./changes";
import { fold } from "./folding";
import type { Inventory } from "./inventory";
import type { Live } from "./live.svelte";
import type { StoreSummary } from "./model";
import type { ReadSummary, StoreList } from "./storeList";
import { turn } from "../turn";

/** All stores are asked for again this often, for changes that no upload announced. */
const RESYNC_MS = 60_000;

export function totalsOf(stores: readonly StoreSummary[]) {
  const totals = { stores: stores.length, items: 0, units: 0, out: 0, low: 0 };
  for (const store of stores) {
    totals.items += store.Items;
    totals.units += store.Units;
    totals.out += store.Out;
    totals.low += store.Low;
  }
  return totals;
}

/** The summaries of all stores: read whole once, then only what changed. */
export class Stores {
  /** Sorted by their names. */
  list = $state.raw<StoreSummary[]>([]);
  loaded = $state(false);
  error = $state.raw<AwsError | null>(null);
  /** What was read whole, and what was read of single stores since: when, and what. */
  #all: ReadSummary[] = [];
  readonly #since = new Map<string, { at: string; summary: StoreSummary }>();
  #shown = new Map<string, StoreSummary>();
  #wanted: Set<string> | "all" = "all";
  #busy = false;
  #started = false;

  constructor(
    private readonly inventory: Inventory,
    private readonly all: StoreList,
    private readonly live: Live,
  ) {}

  /** Starts keeping the summaries; the first page that needs them does it. */
  keep(): void {
    if (this.#started) return;
    this.#started = true;
    this.live.listen((change) => this.#want(change));
    this.live.each(RESYNC_MS, () => this.#want({ stores: null, uploads: false, alerts: false }));
    void this.#fetch();
  }

  get(name: string): StoreSummary | undefined {
    return this.list.length ? this.#shown.get(name) : undefined;
  }

  #want(change: Change): void {
    if (change.stores === null || this.#wanted === "all") this.#wanted = "all";
    else for (const store of change.stores) this.#wanted.add(store);
    void this.#fetch();
  }

  async #fetch(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#wanted === "all" || this.#wanted.size) {
      const wanted = this.#wanted;
      this.#wanted = new Set();
      try {
        const at = new Date(now()).toISOString();
        if (wanted === "all") this.#all = await this.all.read();
        else for (const summary of await this.inventory.summaries(wanted)) this.#since.set(summary.Store, { at, summary });
        const list = this.#merged();
        await turn();
        this.list = list;
        this.#shown = new Map(list.map((store) => [store.Store, store]));
        this.loaded = true;
        this.error = null;
      } catch (error) {
        this.#wanted = "all";
        this.error = awsError(error);
        break; // The pulse tells when there is an answer again.
      }
    }
    this.#busy = false;
  }

  #merged(): StoreSummary[] {
    const stores = new Map<string, StoreSummary>();
    for (const { summary, at } of this.#all) {
      const since = this.#since.get(summary.Store);
      if (since && (at ?? since.at) >= since.at) this.#since.delete(summary.Store);
      stores.set(summary.Store, summary);
    }
    for (const { summary } of this.#since.values()) stores.set(summary.Store, summary);
    // A store without any item was removed, or its only file was withdrawn.
    return sorted([...stores.values()].filter((store) => store.Items));
  }
}

/** A chain's names are sorted again with every change: what that takes is kept. */
const keys = new Map<string, string>();

/** In the order of their names as people read them, `Shop 9` before `Shop 10`. A collator takes ten times as long. */
function sorted(stores: StoreSummary[]): StoreSummary[] {
  for (const { Store } of stores) {
    if (!keys.has(Store)) keys.set(Store, fold(Store).replace(/\d+/g, (digits) => digits.padStart(9, "0")));
  }
  const keyed = stores.map((store) => ({ store, key: keys.get(store.Store) ?? "" }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ store }) => store);
}
