"""Signing in with all its steps, and what happens to a session that ends."""

import re
import time
from collections.abc import Callable
from urllib.request import urlopen

from playwright.sync_api import Page, expect

from .support import PASSWORD, Stack, show_configuration, sign_in

Visit = Callable[..., Page]


def test_first_sign_in_asks_for_a_new_password(visit: Visit, stack: Stack) -> None:
    if "new@example.com" in stack.cli("user", "list"):  # left by a run that failed
        stack.cli("user", "remove", "new@example.com")
    said = stack.cli("user", "add", "new@example.com", "--store", "Berlin")
    found = re.search(r"Temporary password: (\S+)", said)
    assert found
    page = visit("/account")
    expect(page.get_by_text("You are looking as a guest.")).to_be_visible()
    page.get_by_label("Email").fill("new@example.com")
    page.get_by_label("Password").fill(found[1])
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    new = page.get_by_role("textbox", name="New password")
    expect(new).to_be_focused()
    expect(page.get_by_text("You are looking as a guest.")).to_have_count(0)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.headers.get("x-amz-target", "")))
    new.fill("Short-11")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This password is too weak.")).to_be_visible()
    expect(new).to_be_focused()
    assert not any("RespondToAuthChallenge" in target for target in sent), "what is too weak is not sent"
    new.fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_text("Staff of Berlin")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_focused()
    page.reload()
    expect(page.get_by_text("Staff of Berlin")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are looking as a guest.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You are looking as a guest.")).to_be_visible()
    stack.cli("user", "remove", "new@example.com")


def test_wrong_password_is_told_in_words(visit: Visit, people: dict[str, str]) -> None:
    page = visit("/account", quiet=True)
    page.get_by_label("Email").fill(people["manager"])
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Email or password is wrong.")


def test_manager_and_reader_are_told_what_they_may(visit: Visit, people: dict[str, str]) -> None:
    page = visit("/")
    sign_in(page, people["manager"])
    expect(page.get_by_text("Manager: may send files for every store")).to_be_visible()
    other = visit("/")
    sign_in(other, people["reader"])
    expect(other.get_by_text("ask to be made staff of a store")).to_be_visible()


def test_sign_out_in_one_tab_holds_for_the_other(visit: Visit, people: dict[str, str]) -> None:
    page = visit("/")
    sign_in(page, people["manager"])
    other = page.context.new_page()
    other.goto("/account")
    expect(other.get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(other.get_by_text("You are looking as a guest.")).to_be_visible()


def _code_in_the_mail(stack: Stack, email: str) -> str:
    """The newest code that was sent to this address: the emulator keeps the mails that Cognito would send."""
    with urlopen(f"{stack.endpoint}/_ministack/ses/messages") as reply:
        mails = reply.read().decode().split('"MessageId"')
    found: list[str] = re.findall(r"code is (\d+)", next(mail for mail in reversed(mails) if email in mail))
    return found[-1]


def test_forgotten_password(visit: Visit, stack: Stack, people: dict[str, str]) -> None:
    page = visit("/account", quiet=True)
    page.get_by_role("button", name="Forgot your password?").click()
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(people["reader"])
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"A code is on its way to {people['reader']}.")).to_be_visible()
    expect(page.get_by_label("Code from the email")).to_be_focused()
    page.get_by_label("Code from the email").fill("999999")
    page.get_by_role("textbox", name="New password").fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("alert")).to_have_text("This code is not right.")
    page.get_by_label("Code from the email").fill(_code_in_the_mail(stack, people["reader"]))
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_where_guests_are_not_allowed_everybody_signs_in_first(
    visit: Visit, stack: Stack, people: dict[str, str]
) -> None:
    page = visit("/", prepare=lambda page: show_configuration(page, stack, {"guest": False}))
    expect(page.get_by_text("This dashboard is for people with an account only.")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog", name="Sign in")
    dialog.get_by_label("Email").fill(people["reader"])
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("region", name="All stores").get_by_role("link").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("region", name="All stores").get_by_role("link").first).to_be_visible()


def test_who_may_not_read_is_told_so(visit: Visit, stack: Stack) -> None:
    # IAM lets guests read the four tables only; the emulator's refusal has no CORS headers.
    names = {"storesTable": "Secret", "uploadsTable": "Secret", "alertsTable": "Secret", "inventoryTable": "Secret"}
    page = visit("/", quiet=True, prepare=lambda page: show_configuration(page, stack, names))
    expect(page.get_by_text("You have no permission to see this.")).to_be_visible()
    expect(page.locator("header .sign")).to_contain_text("No access")
    expect(page.get_by_role("main").get_by_role("button", name="Sign in")).to_be_visible()


def test_a_session_that_ends_loses_no_work(visit: Visit, people: dict[str, str]) -> None:
    page = visit("/", quiet=True, prepare=lambda page: page.clock.install())
    sign_in(page, people["manager"])
    page.get_by_role("link", name="Uploads").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "ended.csv", "mimeType": "text/csv", "buffer": b"store,item,count\nBerlin,Kettle,4\n"}
    )
    expect(page.get_by_text("1 file ready to send")).to_be_visible()
    _end_session(page)
    expect(page.get_by_text("Your session has ended. Nothing is lost")).to_be_visible()
    # Looking goes on as a guest; the file is still there.
    expect(page.get_by_text("ended.csv")).to_be_visible()
    page.get_by_role("status").filter(has_text="Your session has ended").get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog", name="Sign in")
    expect(dialog.get_by_label("Email")).to_have_value(people["manager"])
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Your session has ended")).to_have_count(0)
    expect(page.get_by_role("button", name="Send 1 file")).to_be_visible()


def test_a_session_that_ends_loses_no_note(visit: Visit, stack: Stack, people: dict[str, str], fresh: str) -> None:
    stack.put(f"{fresh}.csv", f"store,item,count\nNote {fresh},Drum,0\n")
    page = visit("/", quiet=True, prepare=lambda page: page.clock.install())
    sign_in(page, people["manager"])
    page.goto(f"/alerts?show=log&store=Note+{fresh}")
    page.get_by_role("button", name="Acknowledge Drum").click()
    dialog = page.get_by_role("dialog", name="Acknowledge the alert")
    dialog.get_by_label("Note").fill("Called the supplier")
    _end_session(page)
    dialog.get_by_role("button", name="Acknowledge").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Your session has ended")
    page.clock.set_system_time(time.time())  # what Cognito issues now is valid from now
    dialog.get_by_role("button", name="Sign in").click()
    signing = page.get_by_role("dialog", name="Sign in")
    signing.get_by_label("Password").fill(PASSWORD)
    signing.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="Drum")).to_contain_text("Called the supplier")


def _end_session(page: Page) -> None:
    """Two hours later, and the refresh token is no good any more."""
    page.evaluate(
        """() => {
            const key = Object.keys(localStorage).find((key) => key.endsWith('.refreshToken'));
            localStorage.setItem(key, 'ended');
        }"""
    )
    page.clock.fast_forward("02:00:00")
