import { app } from "../app";
import { cut } from "../paging";
import { router } from "../router.svelte";
import type { Ahead } from "./ahead";
import { concerns, type Change } from "./changes";
import type { ListPage, Place } from "./inventory";
import type { Row, Short } from "./model";
import { gatherShort, MOST_GATHERED } from "./short";
import { Watched } from "./watched.svelte";

export const SHOWS = ["all", "out", "low", "soon"] as const;
export type Show = (typeof SHOWS)[number];
export type Order = "az" | "za" | "since" | "count" | "soon";

/** How each list can be sorted; the first one holds unless another was chosen. */
export const ORDERS: Record<Show, readonly [Order, ...Order[]]> = {
  all: ["az", "za", "soon"],
  out: ["since", "az", "za"],
  low: ["since", "count", "soon", "az", "za"],
  soon: ["soon", "count", "az", "za"],
};

/** Rows on a page. */
const ROWS = 50;

/** What the address asks for: which items of a store, in which order, from where on. */
export class AskedRows {
  show = $derived<Show>(SHOWS.find((show) => show === router.query("show")) ?? "all");
  order = $derived<Order>(ORDERS[this.show].find((order) => order === router.query("order")) ?? ORDERS[this.show][0]);
  find = $derived(router.query("find"));
  /** Where in the list of all: a key, so that reload, back and sharing keep the place. */
  place = $derived.by((): Place => {
    const at = (Item: string) => (Item ? { Store: this.store, Item } : undefined);
    return { after: at(router.query("after")), before: at(router.query("before")), last: router.query("end") === "1" };
  });

  constructor(readonly store: string) {}
}

/** A page of rows, of a list that is known whole, or between the keys of its first and last row. */
type RowsPage = Pick<ReturnType<typeof cut<Row>>, "rows" | "pager"> | ListPage<Row>;

const byItem = (a: Row, b: Row) => (a.Item < b.Item ? -1 : 1);

/**
 * The rows on screen. Of all items a page is read at a time, in the order of the database or of the forecast. What is out, low or
 * runs out soon is gathered whole, as that is little, and then sorted and paged here.
 */
export class StoreRows {
  /** How many have been gathered so far. */
  found = $state(0);
  readonly #listed: Watched<RowsPage>;
  readonly #gathered: Watched<Row[]>;

  /** To be called while a component is set up. What is ahead is undefined as long as it is on its way, null: nobody knows. */
  constructor(
    private readonly asked: AskedRows,
    private readonly ahead: () => Ahead | null | undefined,
  ) {
    const concerned = (change: Change) => concerns(change, asked.store);
    this.#listed = new Watched(() => (asked.show === "all" ? this.#list() : null), concerned);
    this.#gathered = new Watched(() => (asked.show === "all" ? null : this.#gather(asked.show)), concerned);
  }

  get #watched(): Watched<unknown> {
    return this.asked.show === "all" ? this.#listed : this.#gathered;
  }

  get error() {
    return this.#watched.error;
  }

  get turning(): boolean {
    const { show, order } = this.asked;
    return this.#watched.turning || ((show === "soon" || order === "soon") && this.ahead() === undefined);
  }

  refresh(): Promise<void> {
    return this.#watched.refresh();
  }

  /** What was gathered, in its order; undefined: not yet, or the list is of all items. */
  get gathered(): Row[] | undefined {
    return this.asked.show === "all" ? undefined : this.#sorted;
  }

  page = $derived.by((): RowsPage | undefined => {
    if (this.asked.show === "all") return this.#listed.value;
    return this.#sorted && cut(this.#sorted, ROWS);
  });

  #sorted = $derived.by((): Row[] | undefined => {
    const rows = this.#gathered.value && [...this.#gathered.value];
    switch (this.asked.order) {
      case "az":
        return rows?.sort(byItem);
      case "za":
        return rows?.sort((a, b) => byItem(b, a));
      case "count":
        return rows?.sort((a, b) => a.Count - b.Count || byItem(a, b));
      case "since":
        return rows?.sort((a, b) => ((a.Since ?? "") < (b.Since ?? "") ? -1 : 1));
      case "soon":
        return rows && (this.ahead()?.sorted(rows) ?? rows);
    }
  });

  #list(): ((signal: AbortSignal) => Promise<RowsPage>) | null {
    const { store, find, place, order } = this.asked;
    const ahead = order === "soon" ? this.ahead() : null;
    if (ahead === undefined) return null;
    if (!ahead) return (signal) => app.inventory.items(store, find, place, ROWS, order === "za", signal);
    const { rows, pager } = cut(ahead.items(find, false), ROWS);
    return async () => ({ pager, rows: await app.inventory.rowsOf(store, rows) });
  }

  #gather(show: Short | "soon"): ((signal: AbortSignal) => Promise<Row[]>) | null {
    const { store, find } = this.asked;
    if (show === "soon") {
      const ahead = this.ahead();
      if (ahead === undefined) return null;
      const likely = ahead?.items(find, true) ?? [];
      return () => app.inventory.rowsOf(store, likely.slice(0, MOST_GATHERED));
    }
    return (signal) => gatherShort(store, show, find, signal, (rows) => (this.found = rows));
  }
}
