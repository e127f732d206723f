/** Which rows of a list are ticked, by their keys. */
export class Ticks {
  #ticked = $state.raw<ReadonlySet<string>>(new Set());
  /** The row that was ticked last: a range begins there. */
  #anchor = "";

  /** `list`: the keys of all rows, `shown`: of those on the page, in their order. */
  constructor(
    private readonly list: () => string[],
    private readonly shown: () => string[],
  ) {}

  has(key: string): boolean {
    return this.#ticked.has(key);
  }

  toggle(key: string): void {
    this.#set([key], !this.has(key));
    this.#anchor = key;
  }

  /** A row is clicked; with Shift all from the last one on become as it does. */
  click(key: string, range: boolean): void {
    const keys = this.list();
    const [from, to] = [keys.indexOf(this.#anchor), keys.indexOf(key)].sort((a, b) => a - b) as [number, number];
    this.#set(range && from >= 0 ? keys.slice(from, to + 1) : [key], !this.has(key));
    this.#anchor = key;
  }

  page(on: boolean): void {
    this.#set(this.shown(), on);
  }

  all(): void {
    this.#set(this.list(), true);
  }

  clear(): void {
    this.#ticked = new Set();
  }

  #set(keys: string[], on: boolean): void {
    const ticked = new Set(this.#ticked);
    for (const key of keys) {
      if (on) ticked.add(key);
      else ticked.delete(key);
    }
    this.#ticked = ticked;
  }
}
