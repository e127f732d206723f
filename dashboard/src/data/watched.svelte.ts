import { untrack } from "svelte";
import { app } from "../app";
import { awsError, type AwsError } from "../aws/errors";
import type { Change } from "./changes";

/** What could not be fetched is tried again so soon, with the pulse. */
const AGAIN_MS = 10_000;

/** Something on screen that is fetched, and fetched again when the pulse says that it may have changed. */
export class Watched<T> {
  /** The newest answer; stays while the next one is on its way, so that nothing flickers, but not if none comes: it may be to another question. */
  value = $state.raw<T | undefined>(undefined);
  error = $state.raw<AwsError | null>(null);
  /** True while the answer to another question than the one on screen is on its way. */
  turning = $state(true);
  #running: AbortController | null = null;
  #again = false;
  #load: ((signal: AbortSignal) => Promise<T>) | null = null;

  /** To be called while a component is set up. `question` is tracked: when what it reads changes, it is asked again. */
  constructor(question: () => ((signal: AbortSignal) => Promise<T>) | null, concerned: (change: Change) => boolean) {
    $effect(() => {
      const load = question();
      untrack(() => this.ask(load));
      return () => this.#running?.abort();
    });
    $effect(() => app.live.listen((change) => untrack(() => concerned(change) && void this.refresh())));
    $effect(() => app.live.each(AGAIN_MS, () => void (this.error && this.error.kind !== "denied" && this.refresh())));
  }

  /** Another question; null: nothing is asked. */
  ask(load: ((signal: AbortSignal) => Promise<T>) | null): void {
    this.#running?.abort();
    this.#running = null;
    this.#load = load;
    this.turning = load !== null;
    this.error = null;
    if (!load) this.value = undefined;
    void this.refresh();
  }

  async refresh(): Promise<void> {
    const load = this.#load;
    if (!load) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    const running = (this.#running = new AbortController());
    try {
      const value = await load(running.signal);
      if (this.#running !== running) return;
      this.value = value;
      this.error = null;
      this.turning = false;
    } catch (error) {
      if (this.#running !== running) return;
      this.error = awsError(error);
      if (this.turning) this.value = undefined;
      this.turning = false;
    }
    this.#running = null;
    if (this.#again) {
      this.#again = false;
      void this.refresh();
    }
  }
}
