"""Open alerts, the log, and acknowledging, seen by two people."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import PASSWORD
from .support import Stack

Visit = Callable[..., Page]
SignIn = Callable[[Page, str], None]


def test_acknowledging_is_seen_by_others(
    visit: Visit, stack: Stack, people: dict[str, str], sign_in: SignIn, fresh: str
) -> None:
    stack.put("alert.csv", f"store,item,count\nAlarm {fresh},Siren,0\nAlarm {fresh},Bell,0\n")
    other = visit("/")
    sign_in(other, people["reader"])
    other.goto("/alerts?show=log&store=Alarm+" + fresh)
    siren = other.get_by_role("row").filter(has_text="Siren").first
    expect(siren).to_contain_text("Out of stock")
    page = visit("/")
    sign_in(page, people["manager"])
    page.goto("/alerts?show=log&store=Alarm+" + fresh)
    page.get_by_role("button", name=f"Acknowledge Siren, Alarm {fresh}").click()
    dialog = page.get_by_role("dialog", name="Acknowledge the alert")
    dialog.get_by_label("Note").fill("Ordered, arrives on Tuesday")
    dialog.get_by_role("button", name="Acknowledge").click()
    expect(dialog).to_have_count(0)
    expect(siren).to_contain_text("Ordered, arrives on Tuesday", timeout=3000)
    expect(siren).to_contain_text(f"{people['manager']} (as stated)")
    expect(siren.get_by_role("button")).to_have_count(0)
    # Back in stock: it is closed, and the log says both.
    stack.put("alert-2.csv", f"store,item,count\nAlarm {fresh},Siren,4\n")
    expect(other.get_by_role("row").filter(has_text="Back in stock")).to_contain_text("Siren")


def test_open_alerts_are_paged_and_lead_to_store_item_and_upload(visit: Visit, stack: Stack, fresh: str) -> None:
    stack.put("many.csv", "store,item,count\n" + "".join(f"Many {fresh},Part {n:02},0\n" for n in range(40)))
    page = visit("/alerts")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(25)
    first = rows.first.inner_text()
    expect(page.get_by_role("link", name="Next")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(rows.first).not_to_have_text(first)
    page.reload()
    page.get_by_role("link", name="Previous").click()
    expect(rows.first.locator(".name")).to_have_text(first.split("\t")[0].strip())
    page.goto("/alerts?show=log&store=Many+" + fresh)
    row = rows.filter(has_text="Part").first
    expect(row.get_by_role("link", name="many.csv")).to_be_visible()
    row.get_by_role("link", name=f"Many {fresh}").click()
    expect(page).to_have_title(f"Many {fresh} · onhand")


def test_guest_signs_in_and_goes_on_to_acknowledge(
    visit: Visit, stack: Stack, people: dict[str, str], fresh: str
) -> None:
    stack.put("guest-alert.csv", f"store,item,count\nGuest {fresh},Horn,0\n")
    # Chromium reports the refused write, too.
    page = visit("/alerts?show=log&store=Guest+" + fresh, quiet=True)
    page.get_by_role("button", name=f"Acknowledge Horn, Guest {fresh}").click()
    signing = page.get_by_role("dialog", name="Sign in")
    signing.get_by_label("Email").fill(people["reader"])
    signing.get_by_label("Password").fill(PASSWORD)
    signing.get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog", name="Acknowledge the alert")
    expect(dialog).to_be_visible()
    # Somebody else is faster.
    stack.dynamodb.update_item(
        TableName="Acknowledgements",
        Key=_key(stack, f"Guest {fresh}"),
        UpdateExpression="SET AckBy = :by, AckAt = :at",
        ExpressionAttributeValues={":by": {"S": "faster@example.com"}, ":at": {"S": "2026-11-22T09:00:00.000Z"}},
    )
    dialog.get_by_role("button", name="Acknowledge").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else has acknowledged it already")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="Horn")).to_contain_text("faster@example.com")


def test_whatever_somebody_wrote_into_an_acknowledgement_the_page_stands(
    visit: Visit, stack: Stack, people: dict[str, str], sign_in: SignIn, fresh: str
) -> None:
    stack.put(f"junk-{fresh}.csv", f"store,item,count\nJunk {fresh},Gong,0\n")
    page = visit("/")
    sign_in(page, people["reader"])
    page.goto("/alerts?show=log&store=Junk+" + fresh)
    row = page.get_by_role("row").filter(has_text="Gong")
    expect(row.get_by_role("button", name="Acknowledge Gong")).to_be_visible()
    stack.dynamodb.put_item(
        TableName="Acknowledgements",
        Item={**_key(stack, f"Junk {fresh}"), "AckBy": {"M": {}}, "AckAt": {"S": "long ago"}, "AckNote": {"N": "5"}},
    )
    expect(row).to_contain_text("somebody (as stated)")


def _key(stack: Stack, store: str) -> dict[str, dict[str, str]]:
    item = stack.dynamodb.query(
        TableName="Alerts",
        KeyConditionExpression="#s = :store",
        ExpressionAttributeNames={"#s": "Store"},
        ExpressionAttributeValues={":store": {"S": store}},
    )["Items"][0]
    return {"Store": {"S": item["Store"]["S"]}, "Alert": {"S": item["Alert"]["S"]}}
