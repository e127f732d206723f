import { app } from "../app";
import { now } from "../aws/clock";
import { covers, dayOf, isTold, saidOf, saidSince, type Acknowledgement, type Saying } from "./acknowledgements";
import { EVERYTHING } from "./changes";
import type { Alert } from "./model";

type Which = Pick<Alert, "Store" | "Item">;

/** Others see within so long what somebody says. */
const LISTEN_EVERY_MS = 2000;
/** What was written by clocks that are so far behind is heard, too. */
const CLOCKS_DIFFER_MS = 30_000;

const idOf = ({ Store, Item }: Which) => `${Store}\n${Item}`;

/** What people say of alerts, as far as it was asked for; from then on the pulse tells what they say. */
class Sayings {
  #known = $state.raw<ReadonlyMap<string, Acknowledgement>>(new Map());
  #asked = new Set<string>();
  #kept = false;
  /** Up to when it is known what was said (ms). */
  #heard = now();

  get today(): string {
    return dayOf(app.live.now);
  }

  of(alert: Which): Acknowledgement | undefined {
    return this.#known.get(idOf(alert));
  }

  /** What there is to tell of it beside an alert. */
  told(alert: Alert): Acknowledgement | undefined {
    const said = this.of(alert);
    return isTold(said, alert, this.today) ? said : undefined;
  }

  /** Whether somebody takes care of an alert. */
  isDone(alert: Alert): boolean {
    return covers(this.of(alert), alert, this.today);
  }

  /** Asks what people say of alerts of which it is not known. */
  async ask(alerts: readonly Which[]): Promise<void> {
    this.#keep();
    const unknown = alerts.filter((alert) => !this.#asked.has(idOf(alert)));
    this.note(await saidOf(unknown));
    for (const alert of unknown) this.#asked.add(idOf(alert));
  }

  note(said: readonly Saying[]): void {
    const news = said.filter((one) => this.of(one)?.seen !== one.seen);
    if (news.length) this.#known = new Map([...this.#known, ...news.map((one) => [idOf(one), one] as const)]);
  }

  async #listen(): Promise<void> {
    const since = this.#heard - CLOCKS_DIFFER_MS;
    const at = now();
    try {
      this.note(await saidSince(since));
      this.#heard = at;
    } catch {
      // no answer now: the next time more is asked for
    }
  }

  #keep(): void {
    if (this.#kept) return;
    this.#kept = true;
    app.live.each(LISTEN_EVERY_MS, () => void this.#listen());
    app.live.listen((change) => {
      if (change !== EVERYTHING) return;
      this.#asked.clear(); // after a while away, or as somebody else
      if (app.session.who !== "signedIn") this.#known = new Map();
    });
  }
}

export const sayings = new Sayings();
