"""One stack and one browser for all browser tests; a fresh person (browser context) for each look."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from .support import CHROMIUM_FLAGS, Stack, chromium, running_stack

# A busy machine is slow; what must be quick is timed by the tests themselves.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The deployed local stack with the samples loaded."""
    with running_stack() as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives the browser."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def visit(stack: Stack, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page of the dashboard as another person; whatever the browser complains about fails the test."""
    problems: list[str] = []
    contexts = []

    def open_page(
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        locale: str = "en-GB",
        prepare: Callable[[Page], object] = lambda _: None,
        quiet: bool = False,
    ) -> Page:
        context = browser.new_context(
            base_url=stack.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale=locale,
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",  # what moves all the time is painted all the time
            has_touch=width < 500,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        # No script error, no breach of the Content-Security-Policy, nothing from a third party.
        page.on("pageerror", lambda error: problems.append(f"{path}: {error}"))
        if not quiet:
            page.on("console", lambda said: problems.append(f"{path}: {said.text}") if said.type == "error" else None)
        home = (stack.url + "/", stack.endpoint + "/", "blob:")
        page.on("request", lambda asked: None if asked.url.startswith(home) else problems.append(f"to {asked.url}"))
        prepare(page)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def fresh() -> str:
    """A word that no run before has used, for names: the stack may be an old one."""
    return f"{time.time_ns() // 1_000_000:x}"[-7:]


@pytest.fixture(scope="session")
def people(stack: Stack) -> dict[str, str]:
    """Email addresses of a manager, of Berlin's staff and of somebody who only reads; their password is PASSWORD."""
    emails = {role: f"{role}@example.com" for role in ("manager", "berlin", "reader")}
    rights = {"manager": ["--manager"], "berlin": ["--store", "Berlin"], "reader": []}
    for role, email in emails.items():
        stack.add_person(email, *rights[role])
    return emails
