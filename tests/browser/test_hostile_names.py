"""Names that are markup, that turn letters around or never end, and rows that others wrote, on every page."""

import csv
import io
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Dialog, Page

from .support import Stack, sign_in, wait_for_all

Visit = Callable[..., Page]

MARKUP, SCRIPT = "<img src=x onerror=alert(1)>", '"><script>window.ran=1</script>'
ENDLESS, HEBREW, BIDI = "W" * 900, "אבג 12 דהו", "\u202egnp.exe"
NAMES = [MARKUP, SCRIPT, ENDLESS, HEBREW, "=HYPERLINK(1)", "javascript:alert(1)", "{{7*7}}${7*7}", "*"]
PAGES = [
    "/", "/items", "/uploads", "/alerts", "/alerts?show=log", "/item?name={}", "/store?name={}",
    "/store?name={}&view=history", "/store?name={}&view=plan", "/compare?left={}&right=Berlin", "/uploads?token={}",
]  # fmt: skip

# What of a page is wrong: scripts that ran, elements that a name made, what sticks out, what is not isolated.
WRONG = """() => {
  const page = document.documentElement, wrong = [];
  const scrolls = (at) => at && (/auto|scroll/.test(getComputedStyle(at).overflowX) || scrolls(at.parentElement));
  if (window.ran) wrong.push("a script ran");
  for (const made of document.querySelectorAll("main img, main script, main iframe, main a[href^=javascript]"))
    wrong.push(`made: ${made.outerHTML}`);
  if (page.scrollWidth > page.clientWidth) wrong.push(`${page.scrollWidth - page.clientWidth} pixels over the edge`);
  for (const part of document.querySelectorAll("main :is(td, th, h1, h2, .name, .under)"))
    if (part.getBoundingClientRect().right > page.clientWidth + 1 && !scrolls(part.parentElement))
      wrong.push(`sticks out: ${part.outerHTML.slice(0, 120)}`);
  for (const name of document.querySelectorAll("main .name"))
    if (getComputedStyle(name).unicodeBidi === "normal") wrong.push(`not isolated: ${name.outerHTML.slice(0, 120)}`);
  return wrong;
}"""


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[str]:
    """A store whose name is markup, with items, alerts, files and rows of the kind; others have such names, too.

    The rows that nobody uploaded go again: other tests count what uploads say.
    """
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["store", "item", "count"])
    rows.writerows([name, item, number % 3] for number, item in enumerate(NAMES) for name in (MARKUP, *NAMES[1:4]))
    for name in ("a.csv", f"{MARKUP}.csv", f"{BIDI}.csv", f"{ENDLESS}.csv"):
        stack.put(name, text.getvalue(), by=SCRIPT)
        stack.wait_until_loaded(name)
    odd = {"Count": {"N": "1e125"}, "Short": {"S": "out"}, "Since": {"S": "ever"}}
    by_hand = {BIDI: odd, f"{BIDI} 2": odd | {"Count": {"S": MARKUP}}, "none": {}}
    keys = {name: {"Store": {"S": MARKUP}, "Item": {"S": name}} for name in by_hand}
    for name, more in by_hand.items():
        stack.dynamodb.put_item(TableName="Inventory", Item=keys[name] | more)
    yield MARKUP
    for key in keys.values():
        stack.dynamodb.delete_item(TableName="Inventory", Key=key)


def test_no_name_runs_breaks_or_turns_around_anything(
    visit: Visit, stack: Stack, people: dict[str, str], store: str
) -> None:
    page = visit("/")
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    sign_in(page, people["reader"])
    page.set_viewport_size({"width": 390, "height": 844})
    token = stack.newest_uploads(1)[0]["Token"]["S"]
    for path in PAGES:
        names = [token] if "token" in path else [store, ENDLESS, HEBREW] if "{}" in path else [""]
        for name in names:
            page.goto(path.format(quote(name, safe="")))
            wait_for_all(page)
            assert page.evaluate(WRONG) == [], f"{path.format(name[:40])}"
    assert dialogs == []
