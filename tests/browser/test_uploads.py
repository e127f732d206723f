"""Sending files from the dashboard, and what becomes of them."""

import csv
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from .support import PART_ROWS, PASSWORD, Stack, sign_in
from .test_accessibility import check_looks, load_axe

Visit = Callable[..., Page]


def _choose(page: Page, *files: tuple[str, str]) -> None:
    chosen: list[FilePayload] = [
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in files
    ]
    page.locator("input[type=file]").set_input_files(chosen)


def test_manager_sends_several_files_and_sees_their_results(
    visit: Visit, stack: Stack, people: dict[str, str], fresh: str
) -> None:
    page = visit("/")
    sign_in(page, people["manager"])
    page.get_by_role("link", name="Uploads").click()
    _choose(
        page,
        ("good.csv", f"store,item,count\nSend {fresh},Kettle,7\nSend {fresh},Lamp,0\n"),
        ("mixed.csv", "store,item,count\nSend,Toaster,ten\nSend,Mug,5\nSend,,4\n"),
        ("notes.csv", "remember the milk\n"),
    )
    expect(page.get_by_text("3 files ready to send")).to_be_visible()
    page.get_by_role("button", name="Remove notes.csv").click()
    _choose(page, ("notes.csv", "remember the milk\n"))
    page.get_by_role("button", name="Send 3 files").click()
    sent = page.get_by_role("region", name="Sent from here")
    expect(sent.get_by_role("listitem").filter(has_text="good.csv")).to_contain_text("2 changed")
    mixed = sent.get_by_role("listitem").filter(has_text="mixed.csv").first
    expect(mixed).to_contain_text("2 rejected")
    expect(mixed.get_by_role("table").locator("tbody tr")).to_have_count(2)
    expect(sent.get_by_role("listitem").filter(has_text="notes.csv")).to_contain_text("Refused")
    with page.expect_download() as download:
        mixed.get_by_role("button", name="Download all rejected rows").click()
    rows = list(csv.reader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["line", "reason", "store", "item", "count"]
    assert [row[0] for row in rows[1:]] == ["2", "4"]
    # In the list for everybody: who, when, and an address of its own.
    row = page.get_by_role("region", name="Recent uploads").get_by_role("row").filter(has_text="mixed.csv").first
    expect(row).to_contain_text(people["manager"])
    row.get_by_role("link", name="mixed.csv").click()
    assert "token=" in page.url
    page.reload()
    expect(page.get_by_role("heading", name="Rejected rows")).to_be_visible()
    assert (
        stack.s3.head_object(Bucket=stack.bucket, Key="uploads/good.csv")["Metadata"]["uploaded-by"]
        == people["manager"]
    )


@pytest.mark.long
def test_the_bar_of_a_large_file_moves(visit: Visit, people: dict[str, str], fresh: str) -> None:
    """A file that is split: its parts are seen to be loaded, one after the other, by who sent it and by others."""
    page, other = visit("/"), visit("/uploads")
    sign_in(page, people["manager"])
    page.get_by_role("link", name="Uploads").click()
    number = 15 * PART_ROWS
    _choose(page, (f"{fresh}.csv", "store,item,count\n" + "".join(f"Send {fresh},{n},5\n" for n in range(number))))
    page.get_by_role("button", name="Send 1 file").click()
    sent = page.get_by_role("region", name="Sent from here").get_by_role("listitem").filter(has_text=fresh)
    bar = sent.get_by_role("progressbar", name=re.compile(r"^Loading, part [1-9]\d* of \d+, [\d,]+ rows so far$"))
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d?$"), timeout=60_000)
    row = other.get_by_role("region", name="Recent uploads").get_by_role("row").filter(has_text=fresh)
    expect(row).to_contain_text(re.compile(r"Loading\s+[1-9]\d?%"), timeout=60_000)
    before = int(bar.get_attribute("aria-valuenow") or 0)
    page.wait_for_function(
        "([bar, before]) => !bar.isConnected || +bar.getAttribute('aria-valuenow') > before",
        arg=[bar.element_handle(), before],
        timeout=60_000,
    )
    expect(sent).to_contain_text(f"{number:,} changed", timeout=120_000)
    expect(row).to_contain_text(f"{number:,} changed")


def test_dropped_files_are_taken(visit: Visit) -> None:
    page = visit("/uploads")
    data = page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(['store,item,count'], 'dropped.csv'));
            data.items.add(new File(['store,item,count'], 'another.csv'));
            return data;
        }"""
    )
    drop = page.get_by_role("region", name="Drop files here")
    drop.dispatch_event("dragover", {"dataTransfer": data})
    expect(page.get_by_text("Let go to add them")).to_be_visible()
    drop.dispatch_event("drop", {"dataTransfer": data})
    expect(page.get_by_text("2 files ready to send")).to_be_visible()
    page.get_by_role("link", name="Alerts").click()
    page.go_back()
    expect(page.get_by_text("2 files ready to send")).to_be_visible()


def test_guest_is_asked_to_sign_in_and_keeps_the_files(visit: Visit, people: dict[str, str], fresh: str) -> None:
    page = visit("/uploads")
    _choose(page, ("guest.csv", f"store,item,count\nSend {fresh},Guest,1\n"))
    expect(page.get_by_text("You need to sign in to send files.")).to_be_visible()
    page.get_by_role("region", name="Drop files here").get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog", name="Sign in")
    dialog.get_by_label("Email").fill(people["manager"])
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Send 1 file").click()
    expect(page.get_by_role("region", name="Sent from here")).to_contain_text("1 changed")


def test_staff_send_for_their_own_store(visit: Visit, stack: Stack, people: dict[str, str]) -> None:
    page = visit("/")
    sign_in(page, people["berlin"])
    page.get_by_role("link", name="Uploads").click()
    _choose(page, ("staff.csv", "store,item,count\nBerlin,Radio,3\nKarachi,Radio,3\n"))
    expect(page.get_by_text("You are staff of Berlin: your files go to this store.")).to_be_visible()
    page.get_by_role("button", name="Send 1 file").click()
    sent = page.get_by_role("region", name="Sent from here")
    expect(sent).to_contain_text("1 rejected")
    expect(sent).to_contain_text("Karachi")
    stack.s3.head_object(Bucket=stack.bucket, Key="uploads/Berlin/staff.csv")


def test_a_check_says_what_a_complete_list_would_remove_and_to_insist_is_confirmed_with_the_number(
    visit: Visit, stack: Stack, people: dict[str, str], fresh: str
) -> None:
    store = f"Check {fresh}"
    # The bucket refuses an answer that is not there yet, and the browser says so.
    page = visit("/", quiet=True, prepare=load_axe)
    sign_in(page, people["manager"])
    page.get_by_role("link", name="Uploads").click()
    _choose(page, ("whole.csv", "store,item,count\n" + "".join(f"{store},item {n},{n}\n" for n in range(1, 6))))
    page.get_by_role("button", name="Send 1 file").click()
    sent = page.get_by_role("region", name="Sent from here")
    expect(sent.get_by_role("listitem").filter(has_text="whole.csv")).to_contain_text("5 changed")
    _choose(page, ("mend.csv", f"store,item,count\n{store},item 1,0\n"))
    complete = page.get_by_label("Complete list")
    complete.check()
    page.get_by_role("button", name="Check first").click()
    checked = sent.get_by_role("listitem").filter(has_text="mend.csv").first
    expect(checked).to_contain_text("Would be refused")
    expect(checked).to_contain_text(f"Would remove 4 of the 5 items of {store}.")
    expect(checked.get_by_role("table", name="Delisted").locator("tbody tr")).to_have_count(4)
    expect(checked.get_by_role("table", name="Runs out").locator("tbody tr")).to_have_count(1)
    check_looks(page, "a check")
    # What holds for one list does not hold for the next: neither after sending, nor after Cancel, nor without a file.
    for leave in ("Cancel", "Remove other.csv"):
        _choose(page, ("other.csv", "store,item,count\n"))
        expect(complete).not_to_be_checked()
        complete.check()
        page.get_by_role("button", name=leave).click()
        expect(complete).to_have_count(0)
    checked.get_by_role("button", name="Send anyway…").click()
    dialog = page.get_by_role("dialog", name="Send it anyway?")
    expect(dialog).to_contain_text("This removes 4 items.")
    assert stack.items(store) == {f"item {n}": n for n in range(1, 6)}
    dialog.get_by_role("button", name="Remove 4 items and send").click()
    mended = sent.get_by_role("listitem").filter(has_text="mend.csv").first
    expect(mended).to_contain_text("4 items were delisted")
    expect(mended.locator(".tone-ok")).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") == "LI"
    assert stack.items(store) == {"item 1": 0}


def test_a_check_is_sent_afterwards(visit: Visit, people: dict[str, str], fresh: str) -> None:
    page = visit("/", quiet=True)
    sign_in(page, people["berlin"])
    page.get_by_role("link", name="Uploads").click()
    _choose(page, (f"{fresh}.csv", f"store,item,count,Price\nBerlin,New {fresh},3,1\nBerlin,Radio {fresh},x,1\n"))
    page.get_by_role("button", name="Check first").click()
    checked = page.get_by_role("region", name="Sent from here").get_by_role("listitem").filter(has_text=fresh).first
    expect(checked.get_by_role("table", name="New items")).to_contain_text(f"New {fresh}")
    expect(checked).to_contain_text("is not a whole number")
    expect(checked).to_contain_text("How the file was read")
    expect(checked).to_contain_text("Not read: “Price”.")
    expect(checked).to_contain_text("that no other store has")  # it comes later, above the button, and moves it
    with page.expect_download() as download:
        checked.get_by_role("button", name="Download all rejected rows").click()
    assert f"Radio {fresh}" in download.value.path().read_text(encoding="utf-8-sig")
    expect(page.get_by_role("region", name="Recent uploads")).not_to_contain_text(fresh)
    checked.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("region", name="Recent uploads")).to_contain_text(fresh)


def test_columns_and_numbers_are_corrected_and_later_files_read_so(
    visit: Visit, stack: Stack, people: dict[str, str], fresh: str
) -> None:
    page = visit("/", quiet=True, prepare=load_axe)
    sign_in(page, people["berlin"])
    page.get_by_role("link", name="Uploads").click()
    _choose(page, (f"{fresh}.csv", f"Art.-Nr.;Soll;Ist (Stück)\nLamp {fresh};9;1.003\n"))
    page.get_by_role("button", name="Check first").click()
    checked = page.get_by_role("region", name="Sent from here").get_by_role("listitem").filter(has_text=fresh).first
    expect(checked).to_contain_text("Would be refused")
    checked.get_by_label("Count").select_option("Ist (Stück)")
    checked.get_by_label("Numbers").select_option("1.200 = 1200")
    checked.get_by_role("button", name="Check again like this").click()
    expect(checked.get_by_role("table", name="New items")).to_contain_text(f"Lamp {fresh}")
    check_looks(page, "a check with other columns")
    expect(checked.get_by_role("button", name="Send it now")).to_have_count(0)  # it would be read as before
    try:
        checked.get_by_role("button", name="Read all files of Berlin like this").click()
        checked.get_by_role("button", name="Send it now").click()
        expect(checked).to_contain_text("1 changed")
        assert stack.items("Berlin")[f"Lamp {fresh}"] == 1003
    finally:
        stack.cli("format", "remove", "--store", "Berlin")


def test_what_aws_refuses_is_told_in_words_and_can_be_tried_again(
    visit: Visit, stack: Stack, people: dict[str, str], fresh: str
) -> None:
    page = visit("/", quiet=True)
    sign_in(page, people["manager"])
    page.get_by_role("link", name="Uploads").click()
    words = page.get_by_text("You may not send files for any store. Staff send for their own store; managers for any.")
    with stack.refusing("ManagerRole", "s3:PutObject"), stack.refusing("StaffRole", "s3:PutObject"):
        # The emulator's refusal has no CORS headers: the page finds out that it was no lost connection.
        _choose(page, ("refused.csv", f"store,item,count\nSend {fresh},Lamp,1\n"))
        page.get_by_role("button", name="Send 1 file").click()
        expect(words).to_be_visible()
    # AWS's refusal has them.
    page.route("**/uploads/refused.csv", _refuse)
    page.get_by_role("button", name="Try again").click()
    expect(words).to_be_visible()
    page.unroute("**/uploads/refused.csv")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("region", name="Sent from here")).to_contain_text("1 changed")


def _refuse(route: Route) -> None:
    if route.request.method == "PUT":
        body = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
        route.fulfill(status=403, headers={"access-control-allow-origin": "*"}, body=body)
    else:
        route.fallback()


def test_template_is_there(visit: Visit) -> None:
    page = visit("/uploads")
    with page.expect_download() as download:
        page.get_by_role("link", name="Template file").click()
    assert download.value.path().read_text().splitlines()[0] == "store,item,count"


def test_a_wrong_file_is_withdrawn_and_that_taken_back(visit: Visit, people: dict[str, str], fresh: str) -> None:
    page = visit("/")
    sign_in(page, people["manager"])
    page.get_by_role("link", name="Uploads").click()
    for name, count in (("right", 7), ("wrong", 0)):
        _choose(page, (f"{name}.csv", f"store,item,count\nQuay {fresh},Kettle,{count}\n"))
        page.get_by_role("button", name="Send 1 file").click()
        sent = page.get_by_role("region", name="Sent from here").get_by_role("listitem").filter(has_text=f"{name}.csv")
        expect(sent).to_contain_text("1 changed")
    row = page.get_by_role("region", name="Recent uploads").get_by_role("row").filter(has_text="wrong.csv").first
    row.get_by_role("link", name="wrong.csv").click()
    recent = page.get_by_role("region", name="Recent uploads")
    recent.get_by_role("button", name="Withdraw").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why").fill("größte Mühe")
    dialog.get_by_role("button", name="Withdraw").click()
    expect(row).to_contain_text("Withdrawn")
    expect(sent).to_contain_text("Withdrawn")
    expect(recent).to_contain_text(f"{people['manager']}: größte Mühe")
    store = visit(f"/store?name=Quay%20{fresh}")
    expect(store.get_by_role("row").filter(has_text="Kettle")).to_contain_text("7")
    recent.get_by_role("button", name="Take the withdrawal back").click()
    dialog.get_by_role("button", name="Take the withdrawal back").click()
    expect(row).to_contain_text("1 changed")
    expect(store.get_by_role("row").filter(has_text="Kettle")).to_contain_text("0")
