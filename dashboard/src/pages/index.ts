import type { Component } from "svelte";
import type { PageName } from "../router.svelte";

/** Every page gets the name in the address (a store's, an item's), whether it needs one or not. */
export type Page = Component<{ name: string }>;

const PAGES: Record<PageName, () => Promise<{ default: Component<{ name: string }> | Component }>> = {
  overview: () => import("./Overview.svelte"),
  store: () => import("./Store.svelte"),
  compare: () => import("./Compare.svelte"),
  items: () => import("./Items.svelte"),
  item: () => import("./Item.svelte"),
  uploads: () => import("./Uploads.svelte"),
  alerts: () => import("./Alerts.svelte"),
  account: () => import("./Account.svelte"),
  unknown: () => import("./Unknown.svelte"),
};

const RELOADED = "onhand.reloaded";

/** A page's code. When it is gone, a newer dashboard was published meanwhile: then the whole page is loaded again, once. */
export async function loadPage(name: PageName): Promise<Page> {
  try {
    const page = (await PAGES[name]()).default as Page;
    sessionStorage.removeItem(RELOADED);
    return page;
  } catch (error) {
    if (navigator.onLine && !sessionStorage.getItem(RELOADED)) {
      sessionStorage.setItem(RELOADED, "1");
      location.reload();
    }
    throw error;
  }
}

/** Fetches all pages while nothing else is to do, so that going to one takes no time, also offline. */
export function fetchAhead(): void {
  setTimeout(() => {
    for (const load of Object.values(PAGES)) void load().catch(() => undefined);
  }, 3000);
}
