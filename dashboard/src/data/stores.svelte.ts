import { AwsError } from "../aws/errors";
import type { Change } from "./changes";
import type { Inventory } from "./inventory";
import type { Live } from "./live.svelte";
import type { StoreSummary } from "./model";

/** All stores are read again this often, for changes that no upload announced. */
const RESYNC_MS = 60_000;

/** The summaries of all stores: read whole once, then only those that changed. A few hundred bytes a store. */
export class Stores {
  list = $state.raw<StoreSummary[]>([]);
  loaded = $state(false);
  error = $state.raw<AwsError | null>(null);
  #byName = new Map<string, StoreSummary>();
  #shown = new Map<string, StoreSummary>();
  #wanted: Set<string> | "all" = "all";
  #busy = false;
  #started = false;

  constructor(
    private readonly inventory: Inventory,
    private readonly live: Live,
  ) {}

  totals = $derived.by(() => {
    const totals = { stores: this.list.length, items: 0, units: 0, out: 0, low: 0 };
    for (const store of this.list) {
      totals.items += store.Items;
      totals.units += store.Units;
      totals.out += store.Out;
      totals.low += store.Low;
    }
    return totals;
  });

  /** Starts keeping the summaries; the first page that needs them does it. */
  keep(): void {
    if (this.#started) return;
    this.#started = true;
    this.live.listen((change) => this.#want(change));
    setInterval(() => {
      if (!document.hidden && this.live.status === "live") this.#want({ stores: null, uploads: false, alerts: false });
    }, RESYNC_MS);
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
        if (wanted === "all") {
          this.#byName = new Map((await this.inventory.stores()).map((store) => [store.Store, store]));
        } else {
          for (const store of await this.inventory.summaries(wanted)) this.#byName.set(store.Store, store);
        }
        // A store without any item was removed, or its only file was withdrawn.
        this.list = [...this.#byName.values()].filter((store) => store.Items !== 0).map(complete).sort(byName);
        this.#shown = new Map(this.list.map((store) => [store.Store, store]));
        this.loaded = true;
        this.error = null;
      } catch (error) {
        this.#wanted = "all";
        this.error = error instanceof AwsError ? error : new AwsError("failed", "Unknown", String(error));
        break; // The pulse tells when there is an answer again.
      }
    }
    this.#busy = false;
  }
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const byName = (a: StoreSummary, b: StoreSummary) => collator.compare(a.Store, b.Store);

/** A store that was registered but whose first upload is not counted yet has no counts. */
function complete(store: StoreSummary): StoreSummary {
  return { ...store, Items: store.Items ?? 0, Units: store.Units ?? 0, Out: store.Out ?? 0, Low: store.Low ?? 0 };
}
