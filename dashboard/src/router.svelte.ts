import { pageAt, type PageName } from "./pages";

/** Leads back to the first page of a list, when it becomes another one. */
export const FIRST_PAGE = { after: undefined, before: undefined, end: undefined, page: undefined };

/** The address of a page; the group of stores that is chosen stays chosen. */
export function address(page: Exclude<PageName, "unknown">, query: Record<string, string | undefined> = {}): string {
  const path = page === "overview" ? "/" : `/${page}`;
  const search = new URLSearchParams(Object.entries({ ...query, group: router.query("group") }).filter((pair): pair is [string, string] => Boolean(pair[1])));
  return search.size ? `${path}?${search}` : path;
}

/** Keeps how far down the page was, for whoever comes back to it. */
function keepPlace(): void {
  history.replaceState({ y: scrollY }, "");
}

/** Scrolls to where the page was left, as soon as it is long enough again; not if that takes long or somebody scrolls. */
function returnTo(state: unknown): void {
  const y = (state as { y?: number } | null)?.y ?? 0;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(10_000)]);
  const watch = new ResizeObserver(() => {
    if (signal.aborted) return watch.disconnect();
    if (document.documentElement.scrollHeight - innerHeight < y) return;
    scrollTo(0, y);
    stop.abort();
  });
  for (const act of ["wheel", "touchstart", "keydown"]) addEventListener(act, () => stop.abort(), { signal, passive: true });
  signal.addEventListener("abort", () => watch.disconnect());
  watch.observe(document.body);
}

/** Addresses and pages: the browser's own history, every page can be shared and survives a reload. */
class Router {
  url = $state.raw(new URL(location.href));
  page = $derived(pageAt(this.url));
  /** Which page of a list is shown; 1: the first. */
  number = $derived(Math.max(1, Math.trunc(Number(this.query("page"))) || 1));

  start(): void {
    addEventListener("popstate", (event) => {
      this.url = new URL(location.href);
      returnTo(event.state);
    });
    // The browser would restore the place at once, when the lists are not fetched yet.
    history.scrollRestoration = "manual";
    addEventListener("scrollend", keepPlace);
    addEventListener("pagehide", keepPlace);
    returnTo(history.state);
    document.addEventListener("click", (event) => {
      if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = (event.target as Element).closest("a");
      if (!link?.href || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
      if (pageAt(link) === "unknown" || link.getAttribute("href")?.startsWith("#")) return;
      event.preventDefault();
      this.go(link.href);
    });
  }

  query(name: string): string {
    return this.url.searchParams.get(name) ?? "";
  }

  go(href: string, replace = false): void {
    const target = new URL(href, location.href);
    const samePage = target.pathname === this.url.pathname && target.searchParams.get("name") === this.url.searchParams.get("name");
    if (replace) history.replaceState(history.state, "", target);
    else if (target.href !== location.href) history.pushState(null, "", target);
    this.url = target;
    if (!samePage) scrollTo(0, 0);
  }

  /** The address of here with some values of the query changed; empty ones are left out. */
  with(changes: Record<string, string | undefined>): string {
    const target = new URL(this.url);
    for (const [name, value] of Object.entries(changes)) {
      if (value) target.searchParams.set(name, value);
      else target.searchParams.delete(name);
    }
    return target.pathname + target.search;
  }
}

export const router = new Router();
