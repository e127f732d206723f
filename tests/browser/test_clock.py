"""A browser whose clock is wrong: signatures that are five minutes off are refused, by the emulator as by AWS."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from .support import Stack, sign_in

Visit = Callable[..., Page]

MINUTES = [-42, 42]


def clock_off_by(minutes: int) -> Callable[[Page], None]:
    """The page's clock goes, but wrong."""
    return lambda page: page.clock.install(time=time.time() + minutes * 60)


@pytest.mark.parametrize("minutes", MINUTES)
def test_everything_works(visit: Visit, stack: Stack, people: dict[str, str], fresh: str, minutes: int) -> None:
    page = visit("/", prepare=clock_off_by(minutes))
    expect(page.locator("header .sign")).to_contain_text("Live")
    sign_in(page, people["manager"])
    page.goto("/uploads")
    page.locator("input[type=file]").set_input_files(
        {"name": f"{fresh}.csv", "mimeType": "text/csv", "buffer": f"store,item,count\nLate {fresh},Watch,0\n".encode()}
    )
    page.get_by_role("button", name="Send 1 file").click()
    row = page.get_by_role("row").filter(has_text=f"{fresh}.csv")
    expect(row).to_contain_text("1 changed")
    expect(row).to_contain_text("now")  # and not in 42 minutes, or 42 minutes ago
    page.goto(f"/alerts?show=log&store=Late+{fresh}")
    page.get_by_role("button", name="Acknowledge Watch").click()
    dialog = page.get_by_role("dialog", name="Acknowledge the alert")
    dialog.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("row").filter(has_text="Watch")).to_contain_text("(as stated), now")


@pytest.mark.parametrize("minutes", MINUTES)
def test_where_no_date_can_be_read_the_refusal_tells_the_time(visit: Visit, stack: Stack, minutes: int) -> None:
    refused = []

    def without_date(route: Route) -> None:
        answer = route.fetch()
        hidden = ("date", "access-control-expose-headers")
        headers = {name: value for name, value in answer.headers.items() if name not in hidden}
        if answer.status >= 400:
            refused.append(answer.json()["message"])
            headers["access-control-allow-origin"] = "*"  # AWS's refusals can be read, the emulator's cannot
        route.fulfill(response=answer, headers=headers)

    def prepare(page: Page) -> None:
        clock_off_by(minutes)(page)
        page.route(f"{stack.endpoint}/", without_date)

    page = visit("/", quiet=True, prepare=prepare)
    expect(page.locator("header .sign")).to_contain_text("Live")
    expect(page.get_by_role("region", name="All stores").get_by_role("link").first).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")  # an answer may be on its way still
    assert refused
    assert all(said.startswith("Signature") for said in refused)
