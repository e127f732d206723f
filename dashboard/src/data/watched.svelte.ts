import { untrack } from "svelte";
import { AwsError } from "../aws/errors";
import type { Change } from "./changes";
import type { Live } from "./live.svelte";

/** Something on screen that is fetched, and fetched again when the pulse says that it may have changed. */
export class Watched<T> {
  /** The newest answer; stays while the next one is on its way, so that nothing flickers. */
  value = $state.raw<T | undefined>(undefined);
  error = $state.raw<AwsError | null>(null);
  /** True while the answer to another question than the one on screen is on its way. */
  turning = $state(true);
  #running: AbortController | null = null;
  #again = false;
  #load: ((signal: AbortSignal) => Promise<T>) | null = null;

  /** To be called while a component is set up. `question` is tracked: when what it reads changes, it is asked again. */
  constructor(live: Live, question: () => ((signal: AbortSignal) => Promise<T>) | null, concerned: (change: Change) => boolean) {
    $effect(() => {
      const load = question();
      untrack(() => {
        this.#running?.abort();
        this.#running = null;
        this.#load = load;
        this.turning = load !== null;
        void this.refresh();
      });
      return () => this.#running?.abort();
    });
    $effect(() => live.listen((change) => untrack(() => concerned(change) && void this.refresh())));
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
      this.error = error instanceof AwsError ? error : new AwsError("failed", "Unknown", String(error));
      this.turning = false;
    }
    this.#running = null;
    if (this.#again) {
      this.#again = false;
      void this.refresh();
    }
  }
}
