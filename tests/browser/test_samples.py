"""What a newcomer finds: four stores with a past that was made up, and what onhand makes of it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from samples.past import STORES, files

from .support import Stack

Visit = Callable[..., Page]

QUAYSIDE, MILLBROOK, OLD_TOWN, KIOSK = (store.name for store in STORES)


@pytest.fixture(scope="module")
def sent(stack: Stack) -> dict[str, dict[str, dict[str, int]]]:
    """Store → day (of the upload's time) → item → count, as the files of this stack say: it may be of yesterday."""
    uploads = [one for one in _list(stack, f"uploads/{KIOSK}/") if "made-up" in one]
    newest = max(datetime.fromisoformat(key[-14:-4]) for key in uploads).date()
    found: dict[str, dict[str, dict[str, int]]] = {store.name: {} for store in STORES}
    for file in files(newest + timedelta(1)):
        for row in csv.DictReader(io.StringIO(file.text)):
            found[row["store"]].setdefault(f"{file.at:%Y-%m-%d}", {})[row["item"]] = int(row["count"])
    return found


def _list(stack: Stack, prefix: str) -> list[str]:
    return [one["Key"] for one in stack.s3.list_objects_v2(Bucket=stack.bucket, Prefix=prefix)["Contents"]]


def test_the_history_is_what_the_files_say(stack: Stack, sent: dict[str, dict[str, dict[str, int]]]) -> None:
    for store, ago in ((MILLBROOK, 0), (MILLBROOK, 40), (OLD_TOWN, 48), (QUAYSIDE, 117)):
        day = sorted(sent[store])[-1 - ago]
        said = json.loads(stack.cli("stock", "--store", store, "--at", day, "--json"))
        assert {one["item"]: one["count"] for one in said} == sent[store][day], (store, day)
    changes = json.loads(stack.cli("history", "Hand soap", "--store", QUAYSIDE, "--json"))["stores"][0]["changes"]
    assert len(changes) > 60
    assert not any(change["late"] for change in changes)


def test_the_uploads_say_what_each_changed_and_since_when_something_is_out(stack: Stack) -> None:
    said = json.loads(stack.cli("alerts", "--open", "--store", MILLBROOK, "--json"))
    assert len({one["At"][:10] for one in said if one["Event"] == "OUT_OF_STOCK"}) > 2, "not all on the same day"


def test_what_runs_out_soon_was_told_this_morning(stack: Stack, visit: Visit) -> None:
    of_millbrook = json.loads(stack.cli("alerts", "--event", "soon", "--store", MILLBROOK, "--json"))
    assert of_millbrook
    assert {one["State"] for one in of_millbrook} == {"sent"}
    page = visit(f"/store?name={quote_plus(MILLBROOK)}&show=soon")
    expect(page.get_by_role("link", name=of_millbrook[0]["Item"], exact=True)).to_be_visible()


def test_what_is_gone_is_to_be_counted_first(stack: Stack) -> None:
    for store in STORES[:3]:
        found = json.loads(stack.cli("recount-list", "--store", store.name, "--json"))
        assert {one["item"] for one in found[: len(store.phantoms)]} == set(store.phantoms)


def test_an_item_has_a_chart(visit: Visit) -> None:
    page = visit(f"/item?name=Hand+soap&store={QUAYSIDE}")
    expect(page.get_by_role("heading", name="Counts over time")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("In stock")
