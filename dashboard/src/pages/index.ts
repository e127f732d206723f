import type { Component } from "svelte";

export type PageName = "overview" | "store" | "compare" | "items" | "item" | "uploads" | "alerts" | "account" | "unknown";

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

/** The page that an address leads to: its path is the page's name, but for the overview. */
export function pageAt({ pathname }: { pathname: string }): PageName {
  const name = pathname.replace(/^\/|\/$/g, "");
  if (name === "" || name === "index.html") return "overview";
  return Object.hasOwn(PAGES, name) ? (name as PageName) : "unknown";
}

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
