"""What a manager, a viewer and a clerk do all day, counted: `make quarter-hours`.

The tables are those of a chain in DynamoDB Local, of as many stores as ONHAND_SCALE_STORES says; what a clerk sends is
loaded by the local stack. Each task is done by mouse, by the keyboard alone and by finger, in light and dark, English
and German; printed are clicks, keys and the seconds until its result was there. Pictures of the results go to the
folder that is named, to be looked at.
"""
# ruff: noqa: T201

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.engines import client

from .chain import EVERYWHERE, STORES, name, running_chain, write
from .support import CHROMIUM_FLAGS, Stack, ask_engine, chromium, running_stack, sign_in, wait_for_all

MANAGER, CLERK = "manager@example.com", "berlin@example.com"
GROUP, EACH = "North", 3
"""Every third store is in the group."""
_MOST_KEYS = 80


class Look(NamedTuple):
    """How somebody looks at the dashboard."""

    how: str
    width: int
    dark: bool
    locale: str


LOOKS = [
    Look("mouse", 1280, dark=False, locale="en-GB"),
    Look("keyboard", 1280, dark=True, locale="de-DE"),
    Look("finger", 390, dark=False, locale="de-DE"),
    Look("finger", 390, dark=True, locale="en-GB"),
]


@dataclass
class Hand:
    """Does what a person does with a page, and counts it."""

    page: Page
    look: Look
    clicks: int = 0
    keys: int = 0
    words: int = 0

    def choose(self, what: Locator, key: str = "Enter") -> None:
        """Click on something; by the keyboard: go there with the Tab key and press a key."""
        expect(what).to_be_visible()
        if self.look.how != "keyboard":
            self.clicks += 1
            return what.click()
        self.until("Tab", lambda: bool(what.evaluate("element => element === document.activeElement")))
        return self.press(key)

    def until(self, key: str, done: Callable[[], bool]) -> None:
        """Press a key until something is so. Raises TimeoutError."""
        for _ in range(_MOST_KEYS):
            if done():
                return
            self.press(key)
        raise TimeoutError(f"{_MOST_KEYS} times {key} lead nowhere")

    def press(self, key: str) -> None:
        """Press a key."""
        self.keys += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type a word where the focus is."""
        self.words += 1
        self.page.keyboard.type(text)

    def find(self, text: str, found: str) -> None:
        """Search for an item or a store from any page, and go there."""
        if self.look.how == "keyboard":
            self.page.locator("search input").wait_for()
            self.press("/")
        else:
            self.choose(self.page.locator("search input"))
        self.type(text)
        option = self.page.get_by_role("option").filter(has_text=found).first
        expect(option).to_be_visible()
        if self.look.how == "keyboard":
            self.press("ArrowDown")
            self.press("Enter")
        else:
            self.choose(option)
        expect(self.page.locator("h1")).to_have_text(re.compile(f"^{found}"))

    def go_to(self, page: str) -> None:
        """Go to a page by the navigation."""
        self.choose(self.page.locator(f'nav a[href^="{page}"]').first)


# ---- What is done ---------------------------------------------------------------------------------------------------


def find_an_item(hand: Hand) -> None:
    """An item by a word from its middle, and where it is"""
    hand.find(EVERYWHERE.split()[1], EVERYWHERE)
    expect(hand.page.locator("table tbody tr").first).to_be_visible()


def find_a_store(hand: Hand) -> None:
    """A store by a word of its name, and what is out there"""
    last = name(STORES - 1)
    hand.find(last.split()[1], last)
    hand.choose(hand.page.locator('main nav a[href*="show=out"]').first)
    expect(hand.page.locator("tbody tr")).to_have_count(3)


def take_care(hand: Hand) -> None:
    """A page of open alerts (50, if there are) noted as ordered, from the overview"""
    page = hand.page
    hand.go_to("/alerts")
    rows = page.locator("main tbody tr")
    expect(rows.first).to_be_visible()
    first = rows.first.inner_text()
    hand.choose(page.locator(".bar input[type=checkbox]"), "Space")
    if hand.look.how == "keyboard":
        hand.press("a")
    else:
        hand.choose(page.locator(".bar button").first)
    ordered = page.get_by_role("dialog").locator("input[value=ordered]")
    expect(ordered).to_be_visible()
    if hand.look.how == "keyboard":
        hand.choose(page.get_by_role("dialog").locator("input[type=radio]:checked"), "ArrowDown")
        hand.until("ArrowDown", ordered.is_checked)
        hand.press("Enter")
    else:
        hand.choose(ordered)
        hand.choose(page.get_by_role("dialog").locator("button[type=submit]"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    if rows.count():
        expect(rows.first).not_to_have_text(first)


def undo(hand: Hand) -> None:
    """All of that undone"""
    buttons = hand.page.locator("main [role=status] button")
    expect(buttons).to_have_count(2)
    if hand.look.how == "keyboard":
        hand.press("u")
    else:
        hand.choose(buttons.first)
    expect(buttons).to_have_count(1)  # nothing is left to be undone


def choose_a_group(hand: Hand) -> None:
    """What is out in a group of stores"""
    select = hand.page.locator("select").first
    expect(select.locator("option")).to_have_count(2)
    if hand.look.how == "keyboard":
        hand.choose(select, "ArrowDown")
    else:
        hand.clicks += 2
        select.select_option(GROUP)
    stores = f"{len(range(0, STORES, EACH)):,}"
    shown = stores.replace(",", ".") if hand.look.locale.startswith("de") else stores
    expect(hand.page.locator("dl.strip")).to_contain_text(shown)
    wait_for_all(hand.page)


def list_items(hand: Hand) -> None:
    """The items that are out somewhere, those in most stores first"""
    hand.go_to("/items")
    hand.choose(hand.page.locator('main nav a[href*="show=out"]').first)
    expect(hand.page.locator("tbody tr").first).to_be_visible()


def send_with_a_mistake(hand: Hand) -> None:
    """A file with a wrong line sent, and read what was wrong with it"""
    page = hand.page
    hand.go_to("/uploads")
    file = f"count-{time.time_ns() // 1_000_000:x}.csv"
    text = "store,item,count\nBerlin,Echo Dot,zwölf\nBerlin,Echo Show,14\n"
    hand.clicks += 1  # the button that opens the system's own dialog
    page.locator("input[type=file]").set_input_files({"name": file, "mimeType": "text/csv", "buffer": text.encode()})
    hand.choose(page.locator(".tray button.main, .tray .row button").first)
    sent = page.get_by_role("listitem").filter(has_text=file).last
    expect(sent).to_contain_text("zwölf")


def check_a_complete_list(hand: Hand) -> None:
    """A complete list checked first: what it would remove"""
    page = hand.page
    hand.go_to("/uploads")
    text = "store,item,count\nBerlin,Echo Show,15\n"
    hand.clicks += 1
    page.locator("input[type=file]").set_input_files(
        {"name": "all.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    hand.choose(page.locator(".tray input[type=checkbox]"), "Space")
    hand.choose(page.locator(".tray .row button").nth(1))
    expect(page.get_by_role("listitem").filter(has_text="all.csv").last).to_contain_text(
        re.compile(r"(remove|entfern)")
    )


AS_GUEST = (find_an_item, find_a_store, list_items)
AS_MANAGER = (find_an_item, take_care, undo, choose_a_group)
AS_CLERK = (send_with_a_mistake, check_a_complete_list)

# ---- Doing it -------------------------------------------------------------------------------------------------------


def main() -> None:
    """Do all of it, and print a table."""
    pictures = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="onhand-quarter-hours-"))
    pictures.mkdir(parents=True, exist_ok=True)
    print(f"{STORES:,} stores; pictures in {pictures}\n")
    print(" | ".join(("Who", "What", *map(_title, LOOKS))))
    print(" | ".join(["---"] * (2 + len(LOOKS))))
    with running_stack() as stack, _chain_with_a_group() as engine, sync_playwright() as playwright:
        flags = [*CHROMIUM_FLAGS, "--disable-web-security"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        stack.add_person(MANAGER, "--manager")
        stack.add_person(CLERK, "--store", "Berlin")
        for who, email, tasks, at in (
            ("viewer", "", AS_GUEST, engine),
            ("manager", MANAGER, AS_MANAGER, engine),
            ("clerk", CLERK, AS_CLERK, ""),
        ):
            done = [_all(browser, stack, look, email, at, tasks, pictures / f"{STORES}-{who}") for look in LOOKS]
            for task, counted in zip(tasks, zip(*done, strict=True), strict=True):
                print(f"{who} | {(task.__doc__ or '').splitlines()[0]} | {' | '.join(counted)}", flush=True)
        browser.close()


def _title(look: Look) -> str:
    return f"{look.how}, {look.width}, {'dark' if look.dark else 'light'}, {look.locale[:2]}"


@contextmanager
def _chain_with_a_group() -> Iterator[str]:
    with running_chain(1000) as address:
        group = [{"Group": "*", "Store": GROUP}]
        group += [{"Group": GROUP, "Store": name(store)} for store in range(0, STORES, EACH)]
        write(client("dynamodb", address), "Groups", iter(group))
        yield address


def _all(
    browser: Browser,
    stack: Stack,
    look: Look,
    email: str,
    engine: str,
    tasks: tuple[Callable[[Hand], None], ...],
    picture: Path,
) -> list[str]:
    """Do some tasks one after the other, each from the overview but for what undoes the one before."""
    context = browser.new_context(
        base_url=stack.url,
        viewport={"width": look.width, "height": 844 if look.width < 500 else 800},
        color_scheme="dark" if look.dark else "light",
        locale=look.locale,
        has_touch=look.how == "finger",
    )
    page = context.new_page()
    if engine:
        ask_engine(page, engine)
    if email:
        sign_in(page, email)
    counted = []
    for task in tasks:
        if task is not undo:
            page.goto("/")
            wait_for_all(page)
        hand = Hand(page, look)
        began = time.monotonic()
        task(hand)
        seconds = time.monotonic() - began
        page.screenshot(
            path=f"{picture}-{task.__name__}-{look.how}-{look.width}-{'dark' if look.dark else 'light'}.png"
        )
        did = [(hand.clicks, "click"), (hand.keys, "key"), (hand.words, "word")]
        said = [f"{number} {what if number == 1 else f'{what}s'}" for number, what in did if number]
        counted.append(f"{', '.join(said)}; {seconds:.1f} s")
    context.close()
    return counted


if __name__ == "__main__":
    main()
