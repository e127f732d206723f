import { SvelteMap } from "svelte/reactivity";
import type { Row } from "./model";

const keyOf = (row: Row) => `${row.Store}\n${row.Item}`;

/** Rows that somebody ticked. */
export class Chosen {
  readonly #rows = new SvelteMap<string, Row>();

  get rows(): Row[] {
    return [...this.#rows.values()];
  }

  hasAll(rows: readonly Row[]): boolean {
    return rows.every((row) => this.#rows.has(keyOf(row)));
  }

  /** Takes some rows, or leaves them if all are taken. */
  turn(rows: readonly Row[]): void {
    const all = this.hasAll(rows);
    for (const row of rows) {
      if (all) this.#rows.delete(keyOf(row));
      else this.#rows.set(keyOf(row), row);
    }
  }

  clear(): void {
    this.#rows.clear();
  }
}
