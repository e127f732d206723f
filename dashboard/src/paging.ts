import { t } from "./i18n/index.svelte";
import { router } from "./router.svelte";

/** A page of what is known whole, at which place it begins, and what its pager is told; which page it is stands in the address. */
export function cut<T>(all: readonly T[], size: number) {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const here = Math.min(router.number, pages);
  const start = (here - 1) * size;
  const to = (page: number) => (page === here || page < 1 || page > pages ? undefined : router.with({ page: page > 1 ? String(page) : undefined }));
  return {
    rows: all.slice(start, start + size),
    start,
    get pager() {
      return pages > 1 ? { where: t().page(here, pages), first: to(1), previous: to(here - 1), next: to(here + 1), last: to(pages) } : null;
    },
  };
}
