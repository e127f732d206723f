"""Open alerts are worked through, by several people at once; and the log."""

from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

from .support import PASSWORD, Stack, allowed, sign_in

Visit = Callable[..., Page]


def rows_of(page: Page) -> Locator:
    """The rows of the list."""
    return page.get_by_role("main").locator("tbody tr")


def fill(stack: Stack, store: str, items: int) -> None:
    """Have some items run out in a store."""
    stack.put("alerts.csv", "store,item,count\n" + "".join(f"{store},Part {n:02},0\n" for n in range(items)))


def test_acknowledging_is_seen_by_others(visit: Visit, stack: Stack, people: dict[str, str], fresh: str) -> None:
    stack.put("alert.csv", f"store,item,count\nAlarm {fresh},Siren,0\nAlarm {fresh},Bell,0\n")
    other = visit("/")
    sign_in(other, people["reader"])
    other.goto("/alerts?show=log&store=Alarm+" + fresh)
    siren = other.get_by_role("row").filter(has_text="Siren").first
    expect(siren).to_contain_text("Out of stock")
    page = visit("/")
    sign_in(page, people["manager"])
    page.goto("/alerts?store=Alarm+" + fresh)
    page.get_by_role("button", name=f"Acknowledge Siren, Alarm {fresh}").click()
    dialog = page.get_by_role("dialog", name="Acknowledge the alert")
    dialog.get_by_label("Note").fill("Looking in the stock room")
    dialog.get_by_role("button", name="Acknowledge").click()
    expect(dialog).to_have_count(0)
    expect(siren).to_contain_text("Looking in the stock room", timeout=allowed(5000))
    expect(siren).to_contain_text(f"{people['manager']} (as stated)")
    expect(siren.get_by_role("button")).to_have_count(0)
    # Back in stock: it is closed, and the log says both.
    stack.put("alert-2.csv", f"store,item,count\nAlarm {fresh},Siren,4\n")
    expect(other.get_by_role("row").filter(has_text="Back in stock")).to_contain_text("Siren")


def test_thirty_alerts_are_taken_care_of_with_four_clicks(
    visit: Visit, stack: Stack, people: dict[str, str], fresh: str
) -> None:
    fill(stack, f"Many {fresh}", 30)
    page, other = visit("/"), visit("/")
    for each in (page, other):
        sign_in(each, people["manager"])
        each.goto("/alerts?store=Many+" + fresh)
        expect(rows_of(each)).to_have_count(30)
    expect(page.get_by_role("link", name="Alerts").locator("b")).to_be_visible()
    page.get_by_role("checkbox", name="Choose all of this page").click()
    page.get_by_role("button", name="Take care of them").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="It is ordered").click()
    dialog.get_by_role("button", name="Ordered").click()
    expect(page.get_by_text("30 items are noted as ordered")).to_be_visible()
    expect(rows_of(page)).to_have_count(0)
    expect(rows_of(other)).to_have_count(0, timeout=allowed(5000))
    page.get_by_role("link", name="Taken care of").click()
    expect(rows_of(page)).to_have_count(30)
    expect(rows_of(page).first).to_contain_text("Ordered, expected on")
    page.get_by_role("button", name="Undo").click()
    expect(rows_of(page)).to_have_count(0)
    expect(rows_of(other)).to_have_count(30, timeout=allowed(5000))


def test_the_list_is_worked_through_by_keys_and_the_focus_stays(
    visit: Visit, stack: Stack, people: dict[str, str], fresh: str
) -> None:
    store = f"Keys {fresh}"
    fill(stack, store, 5)
    page = visit("/")
    sign_in(page, people["manager"])
    page.goto("/alerts?store=Keys+" + fresh)
    expect(rows_of(page)).to_have_count(5)
    names = [rows_of(page).nth(n).locator(".name").inner_text() for n in range(5)]

    def box(name: str) -> Locator:
        return page.get_by_role("checkbox", name=f"Choose {name}, {store}")

    page.keyboard.press("j")
    expect(box(names[0])).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(box(names[1])).to_be_checked()
    box(names[3]).click(modifiers=["Shift"])
    expect(page.get_by_text("3 chosen", exact=True)).to_be_visible()
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Leave it alone for now").check()
    dialog.get_by_label("Until").fill((date.today() + timedelta(days=9)).isoformat())
    page.keyboard.press("Enter")
    expect(rows_of(page)).to_have_count(2)
    page.keyboard.press("u")
    expect(rows_of(page)).to_have_count(5)
    for name in names[1:4]:
        box(name).check()
    page.keyboard.press("a")
    page.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()
    expect(rows_of(page)).to_have_count(2)
    expect(box(names[4])).to_be_focused()
    # Somebody else takes care of the row that has the focus.
    other = visit("/")
    sign_in(other, people["reader"])
    other.goto("/alerts?store=Keys+" + fresh)
    other.get_by_role("button", name=f"Acknowledge {names[4]}, {store}").click()
    other.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()
    expect(rows_of(page)).to_have_count(1)
    expect(box(names[0])).to_be_focused()


def test_open_alerts_are_filtered_and_paged_and_lead_to_store_item_and_upload(
    visit: Visit, stack: Stack, fresh: str
) -> None:
    fill(stack, f"Pages {fresh}", 60)
    page = visit("/alerts?store=Pages+" + fresh)
    expect(rows_of(page)).to_have_count(50)
    expect(page.get_by_role("heading", name="Open")).to_contain_text("60 of")
    first = rows_of(page).first.locator(".name").inner_text()
    page.get_by_role("link", name="Next").click()
    expect(rows_of(page)).to_have_count(10)
    page.reload()
    expect(rows_of(page)).to_have_count(10)
    page.get_by_role("link", name="Previous").click()
    expect(rows_of(page).first.locator(".name")).to_have_text(first)
    page.get_by_role("searchbox", name="Item").fill("no such part")
    expect(page.get_by_text("No such items")).to_be_visible()
    page.get_by_role("searchbox", name="Item").fill("pÀrT 5")
    expect(rows_of(page)).to_have_count(10)
    expect(page).to_have_url(page.url.split("?")[0] + f"?store=Pages+{fresh}&find=p%C3%80rT+5")
    row = rows_of(page).first
    expect(row.get_by_role("link", name="alerts.csv")).to_be_visible()
    row.get_by_role("link", name=f"Pages {fresh}").click()
    expect(page).to_have_title(f"Pages {fresh} · onhand")


def test_what_came_and_went_since_yesterday(visit: Visit, stack: Stack, fresh: str) -> None:
    fill(stack, f"News {fresh}", 2)
    expect(rows_of(visit(f"/alerts?store=News+{fresh}"))).to_have_count(2)
    page = visit("/alerts")
    came = page.get_by_role("link", name="ran out")
    expect(came).to_be_visible()
    before = int(came.inner_text().split()[0].replace(",", ""))
    fill(stack, f"More {fresh}", 3)
    expect(page.get_by_role("link", name=f"{before + 3:,} ran out")).to_be_visible()
    page.get_by_role("link", name="ran out").click()
    expect(page).to_have_url(f"{stack.url}/alerts?show=log&event=OUT_OF_STOCK")


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
    _say(stack, f"Guest {fresh}", "Horn", AckBy={"S": "faster@example.com"}, AckAt={"S": "2026-11-22T09:00:00.000Z"})
    dialog.get_by_role("button", name="Acknowledge").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else has acknowledged it already")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.reload()
    expect(page.get_by_role("row").filter(has_text="Horn")).to_contain_text("faster@example.com")


def test_whatever_somebody_wrote_into_an_acknowledgement_the_page_stands(
    visit: Visit, stack: Stack, people: dict[str, str], fresh: str
) -> None:
    stack.put(f"junk-{fresh}.csv", f"store,item,count\nJunk {fresh},Gong,0\n")
    page = visit("/")
    sign_in(page, people["reader"])
    page.goto("/alerts?show=log&store=Junk+" + fresh)
    row = page.get_by_role("row").filter(has_text="Gong")
    expect(row.get_by_role("button", name="Acknowledge Gong")).to_be_visible()
    _say(stack, f"Junk {fresh}", "Gong", AckBy={"M": {}}, AckAt={"S": "long ago"}, AckNote={"N": "5"})
    page.reload()
    expect(row).to_contain_text("somebody (as stated)")


def _say(stack: Stack, store: str, item: str, **said: dict[str, object]) -> None:
    """Write that somebody takes care of the only alert of a store."""
    alert = stack.dynamodb.query(
        TableName="Alerts",
        KeyConditionExpression="#s = :store",
        ExpressionAttributeNames={"#s": "Store"},
        ExpressionAttributeValues={":store": {"S": store}},
    )["Items"][0]
    key = {"Store": {"S": store}, "Alert": {"S": f"item#{item}"}}
    stack.dynamodb.put_item(
        TableName="Acknowledgements", Item=key | {"Kind": {"S": "ack"}, "Of": alert["Alert"], **said}
    )


def test_the_focus_stays_in_the_row_of_the_log_that_was_acknowledged(
    visit: Visit, stack: Stack, people: dict[str, str], fresh: str
) -> None:
    stack.put("focus.csv", f"store,item,count\nFocus {fresh},Flute,0\n")
    page = visit("/")
    sign_in(page, people["manager"])
    page.goto("/alerts?show=log&store=Focus+" + fresh)
    page.get_by_role("button", name=f"Acknowledge Flute, Focus {fresh}").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Acknowledge").press("Enter")
    row = page.get_by_role("row").filter(has_text="Flute")
    expect(row).to_contain_text(people["manager"])
    expect(row.get_by_role("link", name="Flute")).to_be_focused()
