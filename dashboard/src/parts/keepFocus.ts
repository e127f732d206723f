/** Whoever works by keys goes on where she was: when what has the focus goes away, what comes up in its place has it. */

/** An element and how many stand before it, from what has the focus up to the page. */
type Path = { element: Element; place: number }[];

/** No fields of text: a phone would show its keyboard, and a search what it offers. */
const CAN_HAVE_IT = "a[href], button:enabled, input[type=checkbox]:enabled, select, summary, [tabindex='0']";

function pathOf(target: Element): Path {
  const path: Path = [];
  for (let at: Element | null = target; at; at = at.parentElement) {
    path.push({ element: at, place: at.parentElement ? [...at.parentElement.children].indexOf(at) : 0 });
  }
  return path;
}

function firstIn(element: Element | undefined): HTMLElement | undefined {
  return element && [element, ...element.querySelectorAll(CAN_HAVE_IT)].find(
    (each): each is HTMLElement => each.matches(CAN_HAVE_IT) && each.checkVisibility(),
  );
}

/** What comes up where something was: in its place, or as near around it as there is anything. */
function heir(path: Path): HTMLElement | undefined {
  for (const [index, { element }] of path.entries()) {
    if (!element.isConnected) continue;
    const place = path[index - 1]?.place ?? 0;
    const found = firstIn(element.children[Math.min(place, element.children.length - 1)]) ?? firstIn(element);
    if (found) return found;
  }
  return undefined;
}

/** Watches over the focus from now on. A dialog that closes gives it back to the page behind it. */
export function keepFocus(): void {
  let inDialog: Path = [];
  let onPage: Path = [];
  addEventListener("focusin", ({ target }) => {
    const path = pathOf(target as Element);
    const dialog = path.findIndex(({ element }) => element.tagName === "DIALOG");
    inDialog = path.slice(0, dialog + 1);
    if (dialog < 0) onPage = path;
  });
  // Who clicks beside everything wants the focus nowhere. What is taken away is out of the page by then.
  addEventListener("focusout", ({ target }) => setTimeout(() => {
    if ((target as Element).isConnected && document.activeElement === document.body) inDialog = onPage = [];
  }));
  new MutationObserver(() => {
    const had = inDialog[0] ?? onPage[0];
    if (document.activeElement !== document.body || !had || had.element.isConnected) return;
    (heir(inDialog) ?? heir(onPage))?.focus({ preventScroll: true });
  }).observe(document.body, { childList: true, subtree: true });
}
