import { app } from "../app";
import { covers, dayOf, saidOf, saidSince, type Acknowledgement, type Saying } from "./acknowledgements";
import { EVERYTHING } from "./changes";
import type { Alert } from "./model";

type Which = Pick<Alert, "Store" | "Item">;

const idOf = ({ Store, Item }: Which) => `${Store}\n${Item}`;

/** What people say of alerts, as far as it was asked for; from then on the pulse tells what they say. */
class Sayings {
  #known = $state.raw<ReadonlyMap<string, Acknowledgement>>(new Map());
  #asked = new Set<string>();
  #kept = false;

  get today(): string {
    return dayOf(app.live.now);
  }

  of(alert: Which): Acknowledgement | undefined {
    return this.#known.get(idOf(alert));
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

  #keep(): void {
    if (this.#kept) return;
    this.#kept = true;
    app.live.lookBesides(async (since) => this.note(await saidSince(since)));
    app.live.listen((change) => {
      if (change !== EVERYTHING) return;
      this.#asked.clear(); // after a while away, or as somebody else
      if (app.session.who !== "signedIn") this.#known = new Map();
    });
  }
}

export const sayings = new Sayings();
