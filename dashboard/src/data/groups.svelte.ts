import { app } from "../app";
import { awsError, type AwsError } from "../aws/errors";
import { FIRST_PAGE, router } from "../router.svelte";
import { EVERYTHING } from "./changes";
import { totalsOf } from "./stores.svelte";

/** Under this key, the table has the names of all groups. */
const ALL_GROUPS = "*";
const HOME = "onhand.group";
/** What could not be read is tried again so soon. */
const AGAIN_MS = 10_000;

/** Groups of stores, and the one that everything on screen is about: it stands in the address, so that it can be shared. */
class Groups {
  /** The names of all groups; undefined: not read yet. */
  names = $state.raw<string[] | undefined>(undefined);
  error = $state.raw<AwsError | null>(null);
  /** The group with which pages open whose address names none. */
  home = $state(localStorage.getItem(HOME) ?? "");
  #read = $state.raw<{ group: string; stores: ReadonlySet<string> } | undefined>(undefined);

  chosen = $derived(router.query("group"));
  /** The stores of the chosen group; null: none is chosen; undefined: on their way. */
  stores = $derived(!this.chosen ? null : this.#read?.group === this.chosen ? this.#read.stores : undefined);
  /** For lists that have more than the group; undefined: nothing is to be left out, or it is not known yet what. */
  keeps = $derived.by(() => {
    const { stores } = this;
    return stores ? (row: { Store: string }) => stores.has(row.Store) : undefined;
  });
  /** Whether what is shown is all that there is to show. */
  ready = $derived(app.stores.loaded && this.stores !== undefined);
  shown = $derived(this.stores === null ? app.stores.list : app.stores.list.filter(({ Store }) => this.has(Store)));
  totals = $derived(totalsOf(this.shown));

  /** A page whose address says nothing opens with the home group. */
  start(): void {
    if (!location.search && this.home) router.go(router.with({ group: this.home }), true);
  }

  has(store: string): boolean {
    return this.stores === null || (this.stores?.has(store) ?? false);
  }

  /** Reads the names, and the stores of the chosen group, now, every hour, and when everything may have changed: for an effect. */
  keep(): () => void {
    const group = this.chosen;
    void app.live.hour;
    void this.look(group);
    const stops = [
      app.live.listen((change) => void (change === EVERYTHING && this.look(group))),
      app.live.each(AGAIN_MS, () => void (this.error && this.look(group))),
    ];
    return () => stops.forEach((stop) => stop());
  }

  choose(group: string): void {
    router.go(router.with({ ...FIRST_PAGE, group }));
  }

  chooseHome(group: string): void {
    this.home = group;
    localStorage.setItem(HOME, group);
  }

  /** Takes the group that somebody was given to begin with, if none was chosen here so far: for an effect. */
  takeFirst(): void {
    const { group } = app.session;
    if (group && localStorage.getItem(HOME) === null) this.chooseHome(group);
  }

  async look(group: string): Promise<void> {
    try {
      const [names, stores] = await Promise.all([this.#under(ALL_GROUPS), group ? this.#under(group) : []]);
      this.names = names;
      this.error = null;
      if (!group || group !== this.chosen) return; // another one was chosen meanwhile
      const known = this.#read?.group === group ? this.#read.stores : undefined;
      // The same stores stay the same set: what is asked of them is not asked again.
      if (known?.size !== stores.length || !stores.every((store) => known.has(store))) this.#read = { group, stores: new Set(stores) };
    } catch (error) {
      if (group === this.chosen) this.error = awsError(error);
    }
  }

  async #under(group: string): Promise<string[]> {
    const asked = { table: app.config.groupsTable, where: "#Group = :group", values: { ":group": group }, only: ["Store"] };
    return (await app.db.queryAll<{ Store: string }>(asked)).map(({ Store }) => Store);
  }
}

export const groups = new Groups();
