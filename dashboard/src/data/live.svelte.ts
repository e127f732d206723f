import { now } from "../aws/clock";
import { AwsError } from "../aws/errors";
import type { Inventory } from "./inventory";
import { difference, EVERYTHING, type AlertPulse, type Change, type UploadPulse } from "./changes";

/** How often the newest uploads and alerts are looked at: on screen within 3 s, for a few cents a month (docs/dashboard.md). */
const LOOK_EVERY_MS = 2000;
/** With shards, a look takes a request for each. */
const LOOK_AT_SHARDS_EVERY_MS = 5000;
const LONGEST_WAIT_MS = 15_000;
/** Summaries and alerts are written around the moment an upload is done: look again shortly after. */
const ECHOES_MS = [1500, 5000];
/** After so long without a look, such as in a hidden tab, everything is fetched again. */
const AWAY_MS = 60_000;
/** What people wrote is looked for from so long before the last look on: their clocks differ. */
const CLOCKS_DIFFER_MS = 30_000;
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

  #seen: { uploads: UploadPulse[]; alerts: AlertPulse[] } | null = null;
  #listeners = new Set<(change: Change) => void>();
  #besides = new Set<(since: number) => Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #looking = false;

  readonly #every: number;

  constructor(
    private readonly inventory: Inventory,
    shards: number,
  ) {
    this.#every = shards > 1 ? LOOK_AT_SHARDS_EVERY_MS : LOOK_EVERY_MS;
  }

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

  /** Has something else looked at, too, with each look; it is told from when on. Returns the way to stop it. */
  lookBesides(look: (since: number) => Promise<void>): () => void {
    this.#besides.add(look);
    return () => this.#besides.delete(look);
  }

  tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  lookNow(): void {
    if (document.hidden) return;
    clearTimeout(this.#timer);
    void this.#look();
  }

  /** Another person's eyes: what was seen so far says nothing any more. */
  restart(): void {
    this.#seen = null;
    this.status = "connecting";
    this.tell(EVERYTHING);
    this.lookNow();
  }

  async #look(): Promise<void> {
    // A hidden page costs nothing; becoming visible looks again at once.
    if (this.#looking || document.hidden) return;
    this.#looking = true;
    try {
      const since = (this.contact || now()) - CLOCKS_DIFFER_MS;
      const [seen] = await Promise.all([this.inventory.pulse(), ...[...this.#besides].map((look) => look(since))]);
      const cameBack = this.#failures > 0 || now() - this.contact > AWAY_MS;
      this.#failures = 0;
      this.contact = this.now = now();
      this.status = "live";
      const change = cameBack || !this.#seen ? EVERYTHING : difference(this.#seen, seen);
      const first = !this.#seen;
      this.#seen = seen;
      if (change && !first) {
        this.tell(change);
        for (const wait of ECHOES_MS) setTimeout(() => this.tell(change), wait);
      }
    } catch (error) {
      this.#failures++;
      this.now = now();
      this.status = error instanceof AwsError && (error.kind === "offline" || error.kind === "denied") ? error.kind : "failed";
    } finally {
      this.#looking = false;
      const wait = Math.min(this.#every * 2 ** Math.min(this.#failures, 5), LONGEST_WAIT_MS);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#look(), wait);
    }
  }
}
