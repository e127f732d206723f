"""axe finds nothing on any page in any state, in light and dark, on desktop and phone."""

import json
from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from .support import AXE, Stack, begin_search, show_configuration, sign_in, wait_for_all

Visit = Callable[..., Page]

PAGES = (
    "/",
    "/store?name=Baldwin+Bikes",
    "/store?name=Baldwin+Bikes&show=out",
    "/store?name=Baldwin+Bikes&view=history",
    "/store?name=Baldwin+Bikes&view=plan",
    "/store?name=Atlantis",
    "/compare?left=Berlin&right=Karachi",
    "/items",
    "/items?find=echo&show=out",
    "/item?name=Echo+Plus",
    "/uploads",
    "/alerts",
    "/alerts?show=all",
    "/alerts?show=log",
    "/account",
    "/nowhere",
)
Looks = tuple[tuple[Literal["light", "dark"], tuple[int, int]], ...]

WIDE, NARROW = (1280, 800), (390, 844)
LOOKS: Looks = (("light", WIDE), ("dark", NARROW))
OTHER_LOOKS: Looks = (("light", NARROW), ("dark", WIDE))
in_all_looks = pytest.mark.parametrize("looks", [LOOKS, pytest.param(OTHER_LOOKS, marks=pytest.mark.long)])


def load_axe(page: Page) -> None:
    """Let a page that is opened afterwards have axe."""
    # Not as a script tag: the Content-Security-Policy would rightly stop it.
    page.add_init_script(path=AXE)


def _violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)"
    )
    return [f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def check_looks(page: Page, where: str, looks: Looks = LOOKS) -> None:
    """Look with axe at what is on screen: wide and light, narrow and dark. `where`: what that is, if it fails."""
    page.locator("h1").first.wait_for()
    expect(page.locator("main > .lines")).to_have_count(0)  # a page's code comes after the frame around it
    for scheme, (width, height) in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": height})
        assert _violations(page) == [], f"{where}, {scheme}, {width} pixels"


def check_one_look(page: Page, path: str, state: str) -> None:
    """Look at a page that says little: one of them in one look, the next one in the other."""
    place = PAGES.index(path) % 2
    check_looks(page, f"{path}, {state}", LOOKS[place : place + 1])


@in_all_looks
def test_full(visit: Visit, stack: Stack, people: dict[str, str], looks: Looks) -> None:
    stack.put("axe.csv", "store,item,count\nAxe,Saw,ten\nAxe,Drill,5\nAxe,Drill,6\n")
    page = visit("/", prepare=load_axe)
    for path in PAGES:
        page.goto(path)
        wait_for_all(page)
        check_looks(page, path, looks)
    sign_in(page, people["reader"])
    page.goto("/uploads")
    page.get_by_role("link", name="axe.csv").first.click()
    expect(page.get_by_role("heading", name="Rejected rows")).to_be_visible()
    check_looks(page, "an upload's details", looks)


def test_empty(visit: Visit, stack: Stack) -> None:
    names = stack.other_tables("Empty")

    def prepare(page: Page) -> None:
        load_axe(page)
        show_configuration(page, stack, names)

    page = visit("/", prepare=prepare)
    expect(page.get_by_text("No store has sent a file yet")).to_be_visible()
    for path in PAGES:
        page.goto(path)
        wait_for_all(page)
        check_one_look(page, path, "empty")


def test_loading(visit: Visit) -> None:
    def prepare(page: Page) -> None:
        load_axe(page)
        page.route(_is_dynamodb, lambda _: None)  # never answered

    page = visit("/", prepare=prepare)
    for path in PAGES:
        page.goto(path)
        expect(page.locator("header .sign")).to_contain_text("Connecting")
        check_one_look(page, path, "loading")
    page.unroute_all(behavior="ignoreErrors")


# A refusal as AWS sends it, readable for the page (the emulator's is not: it has no CORS headers), and an error.
@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        ("no permission", "AccessDeniedException", "You have no permission to see this."),
        ("failing", "ValidationException", "AWS does not answer as it should."),
    ],
)
def test_refused(visit: Visit, state: str, code: str, words: str) -> None:
    body = json.dumps({"__type": f"com.amazon.coral.service#{code}", "message": "no"})
    headers = {"access-control-allow-origin": "*", "content-type": "application/x-amz-json-1.0"}

    def prepare(page: Page) -> None:
        load_axe(page)
        page.route(_is_dynamodb, lambda route: route.fulfill(status=400, headers=headers, body=body))

    page = visit("/", quiet=True, prepare=prepare)
    for path in PAGES:
        page.goto(path)
        if path not in ("/account", "/nowhere") or state == "failing":
            expect(page.get_by_text(words).first).to_be_visible()
        check_one_look(page, path, state)


def test_offline(visit: Visit) -> None:
    page = visit("/", quiet=True, prepare=load_axe)
    wait_for_all(page)
    expect(page.locator("header .sign")).to_contain_text("Live")
    page.context.set_offline(True)
    expect(page.get_by_text("No connection. You see the state of")).to_be_visible()
    check_looks(page, "offline")


@in_all_looks
def test_dialogs_and_forms(visit: Visit, people: dict[str, str], looks: Looks) -> None:
    page = visit("/uploads", quiet=True, prepare=load_axe)
    page.locator("input[type=file]").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"store"})
    check_looks(page, "files chosen", looks)
    page.get_by_role("region", name="Drop files here").get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog", name="Sign in")
    expect(dialog).to_be_visible()
    check_looks(page, "signing in", looks)
    dialog.get_by_label("Email").fill(people["manager"])
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    check_looks(page, "wrong password", looks)
    dialog.get_by_role("button", name="Forgot your password?").click()
    page.get_by_role("button", name="I have a code").click()
    check_looks(page, "new password", looks)
    page.keyboard.press("Escape")
    sign_in(page, people["manager"])
    check_looks(page, "signed in", looks)
    page.goto("/alerts")
    page.get_by_role("button", name="Acknowledge").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check_looks(page, "acknowledging", looks)
    page.keyboard.press("Escape")
    begin_search(page)
    page.keyboard.type("be")
    expect(page.get_by_role("option").first).to_be_visible()
    check_looks(page, "searching", looks)


# Links in a sentence are as high as its lines.
SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary, [role=slider]")]
    .filter((it) => it.checkVisibility() && !it.closest("p, .unseen, .skip") && !it.matches("[tabindex='-1']"))
    .map((it) => [(it.closest("label") ?? it).getBoundingClientRect(), it.outerHTML.slice(0, 120)])
    .filter(([{width, height}]) => width < 23.9 || height < 23.9)
    .map(([{width, height}, html]) => `${width.toFixed(1)} x ${height.toFixed(1)}: ${html}`)"""


@pytest.mark.parametrize("width", [1280, 390])
def test_whatever_is_clicked_is_at_least_24_pixels_wide_and_high(visit: Visit, width: int) -> None:
    page = visit("/", width=width)
    for path in PAGES:
        page.goto(path)
        wait_for_all(page)
        assert page.evaluate(SMALL) == [], path


def _is_dynamodb(url: str) -> bool:
    return url.startswith("http://127.0.0.1") and url.endswith("/")
