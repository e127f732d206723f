import { AwsError } from "../aws/errors";
import { covers, dayOf, type Acknowledgement } from "./acknowledgements";
import type { Change } from "./changes";
import type { Inventory } from "./inventory";
import type { Live } from "./live.svelte";
import type { Alert, Short } from "./model";
import type { Key, Placed } from "./shards";

/** So many alerts of a level that are to do are read: who has more of them chooses a store. */
const MOST = 250;
const LEVELS: Short[] = ["out", "low"];

const idOf = (alert: Pick<Alert, "Store" | "Item">) => `${alert.Store}\n${alert.Item}`;

/** The open alerts, and what people say of them; kept as the pulse tells of changes. */
export class Worklist {
  open = $state.raw<Alert[]>([]);
  /** There are more of them. */
  more = $state(false);
  loaded = $state(false);
  error = $state.raw<AwsError | null>(null);
  #said = $state.raw<ReadonlyMap<string, Acknowledgement>>(new Map());
  #asked = new Set<string>();
  #busy = false;
  #again = false;
  #stop: (() => void) | null = null;

  /** `store`: "": of all. `newest`: these are read first, not those that are open longest. */
  constructor(
    private readonly inventory: Inventory,
    private readonly live: Live,
    readonly store = "",
    readonly newest = false,
  ) {}

  readonly toDo = $derived.by(() => this.open.filter((alert) => !this.isDone(alert)));

  get today(): string {
    return dayOf(this.live.now);
  }

  said(alert: Alert): Acknowledgement | undefined {
    return this.#said.get(idOf(alert));
  }

  /** Whether somebody takes care of it. */
  isDone(alert: Alert): boolean {
    return covers(this.said(alert), alert, this.today);
  }

  /** Starts keeping it; returns the way to stop. */
  keep(): () => void {
    this.#stop ??= this.live.listen((change) => this.#hear(change));
    if (!this.loaded) void this.#load();
    return () => {
      this.#stop?.();
      this.#stop = null;
    };
  }

  /** Notes what somebody says, before the pulse tells it. */
  note(alert: Alert, said: Acknowledgement): void {
    this.#said = new Map(this.#said).set(idOf(alert), said);
  }

  refresh(): void {
    this.#asked.clear();
    void this.#load();
  }

  #hear(change: Change): void {
    if (change.said === null) this.#asked.clear();
    else if (change.said.length) this.#said = new Map([...this.#said, ...change.said.map((said) => [idOf(said), said] as const)]);
    if (change.alerts || change.said === null) void this.#load();
  }

  async #load(): Promise<void> {
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
        this.error = error instanceof AwsError ? error : new AwsError("failed", "Unknown", String(error));
        break; // the pulse tells when there is an answer again
      }
    }
    this.#busy = false;
  }

  /** Reads a level until enough is to do, or to its end. `end`: the time of the last one that was read, if it is not. */
  async #read(level?: Short): Promise<{ rows: Alert[]; end: string }> {
    const rows: Placed<Alert>[] = [];
    let after: Key | undefined;
    for (;;) {
      const page = await this.inventory.openAlerts(level ?? { store: this.store }, { after }, MOST, this.newest);
      rows.push(...page.rows);
      await this.#ask(page.rows);
      const last = page.rows.at(-1);
      if (!page.next || !last) return { rows, end: "" };
      if (rows.filter((alert) => !this.isDone(alert)).length >= MOST) return { rows, end: last.At };
      after = { Store: last.Store, Alert: last.Alert, ...(level ? { Open: last.shard ?? level, At: last.At } : {}) };
    }
  }

  async #ask(alerts: Alert[]): Promise<void> {
    const unknown = alerts.filter((alert) => !this.#asked.has(idOf(alert)));
    const found = await this.inventory.said(unknown);
    for (const alert of unknown) this.#asked.add(idOf(alert));
    if (found.length) this.#said = new Map([...this.#said, ...found.map((said) => [idOf(said), said] as const)]);
  }
}
