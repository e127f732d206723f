import { now } from "../aws/clock";
import { AwsError } from "../aws/errors";
import type { Inventory } from "./inventory";
import { difference, EVERYTHING, SOMETHING, type AlertPulse, type Change, type UploadPulse } from "./changes";

/** How often the newest uploads are looked at: on screen within 3 s, for a few cents a month (docs/dashboard.md). */
const LOOK_EVERY_MS = 2000;
/** Alerts come right after the upload that raises them, and are looked at then: those of something else may take longer. */
const ALERTS_EVERY_LOOKS = 2;
const LONGEST_WAIT_MS = 15_000;
/** Summaries and alerts are written around the moment an upload is done: look again shortly after. */
const ECHOES_MS = [1500, 5000];
/** After so long without a look, such as in a hidden tab, everything is fetched again. */
const AWAY_MS = 60_000;
/** No answer for this long: what is on screen is called stale. */
const STALE_MS = 10_000;

export type Status = "connecting" | "live" | "offline" | "denied" | "failed";

/** The pulse of the dashboard: one cheap look every few seconds tells every page what to fetch again. */
export class Live {
  status = $state<Status>("connecting");
  /** When AWS last answered; 0: not yet. */
  contact = $state(0);
  /** Ticks every few seconds, for "3 min ago". By AWS's clock. */
  now = $state(now());
  /** Changes every hour: for what is made once a day, and asked for again so often. */
  readonly hour = $derived(Math.floor(this.now / 3600_000));

  /** The marks of the newest of each shard, and what was behind them when one changed last. */
  #marks = new Map<string, string>();
  #seen: { uploads: UploadPulse[]; alerts: AlertPulse[] } = { uploads: [], alerts: [] };
  #looks = 0;
  #listeners = new Set<(change: Change) => void>();
  #regular = new Set<{ every: number; due: number; work: () => void }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #looking = false;
  /** A look was asked for while one was on its way: what that one was told may be old. */
  #again = false;

  constructor(
    private readonly inventory: Inventory,
    private readonly shards: number,
  ) {}

  get stale(): boolean {
    return this.contact > 0 && this.now - this.contact > STALE_MS;
  }

  start(): void {
    setInterval(() => (this.now = now()), 5000);
    addEventListener("online", () => this.lookNow());
    addEventListener("offline", () => {
      this.status = "offline";
      this.#failures++; // what was asked for meanwhile failed, even if no look did
    });
    document.addEventListener("visibilitychange", () => this.lookNow());
    void this.#look();
  }

  /** Calls back on every change; returns the way to stop it. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Does some work with every look that is so long after the last time: what no look tells of. Returns the way to stop it. */
  each(every: number, work: () => void): () => void {
    const regular = { every, due: now() + every, work };
    this.#regular.add(regular);
    return () => this.#regular.delete(regular);
  }

  tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  lookNow(): void {
    if (document.hidden) return;
    clearTimeout(this.#timer);
    this.#again = this.#looking;
    void this.#look();
  }

  /** Another person's eyes: everything is fetched again. The marks are the same for all. */
  restart(): void {
    this.status = "connecting";
    this.tell(EVERYTHING);
    this.lookNow();
  }

  /** Whether a mark is another one than before. Shards take turns, one with every look. */
  async #changed(): Promise<boolean> {
    const look = this.#looks++;
    const kinds = look % ALERTS_EVERY_LOOKS ? (["uploads"] as const) : (["uploads", "alerts"] as const);
    const changes = kinds.map(async (kind) => {
      const shard = (kind === "alerts" ? look / ALERTS_EVERY_LOOKS : look) % this.shards;
      const mark = await this.inventory.mark(kind, shard);
      const before = this.#marks.get(`${kind} ${shard}`);
      this.#marks.set(`${kind} ${shard}`, mark);
      return before !== undefined && before !== mark;
    });
    return (await Promise.all(changes)).includes(true);
  }

  async #difference(): Promise<Change> {
    const before = this.#seen;
    this.#seen = await this.inventory.newest();
    return difference(before, this.#seen) ?? SOMETHING;
  }

  /** What came after a page was read and before the first look at its shard: it is in the first mark, and nobody was told. */
  async #lately(): Promise<void> {
    this.#seen = await this.inventory.newest();
    const before = this.#seen.uploads.filter(({ Finished }) => Date.parse(Finished ?? "") < now() - 2 * AWAY_MS);
    const change = difference({ ...this.#seen, uploads: before }, this.#seen);
    if (change) this.#tellAgain(before.length ? change : SOMETHING);
  }

  /** Now, and when summaries and alerts have been written, too. */
  #tellAgain(change: Change): void {
    this.tell(change);
    for (const wait of ECHOES_MS) setTimeout(() => this.tell(change), wait);
  }

  async #look(): Promise<void> {
    // A hidden page costs nothing; becoming visible looks again at once.
    if (this.#looking || document.hidden) return;
    this.#looking = true;
    try {
      const changed = await this.#changed();
      const cameBack = this.#failures > 0 || (this.contact > 0 && now() - this.contact > AWAY_MS);
      this.#failures = 0;
      this.contact = this.now = now();
      this.status = "live";
      if (cameBack) this.#tellAgain(EVERYTHING);
      else if (changed) this.#tellAgain(await this.#difference());
      else if (this.#looks === this.shards * ALERTS_EVERY_LOOKS) await this.#lately();
      for (const regular of this.#regular) {
        if (regular.due > this.contact) continue;
        regular.due = this.contact + regular.every;
        regular.work();
      }
    } catch (error) {
      this.#failures++;
      this.now = now();
      this.status = error instanceof AwsError && (error.kind === "offline" || error.kind === "denied") ? error.kind : "failed";
    } finally {
      this.#looking = false;
      const wait = this.#again ? 0 : Math.min(LOOK_EVERY_MS * 2 ** Math.min(this.#failures, 5), LONGEST_WAIT_MS);
      this.#again = false;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#look(), wait);
    }
  }
}
