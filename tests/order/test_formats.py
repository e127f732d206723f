"""An upload is read in one way for ever, whatever formats people set later: a story for each place to know it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from load_inventory import load_part, log, newer_uploads, upload_record
from load_inventory.formats import format_key
from load_inventory.upload import Upload
from load_inventory.upload_record import Before
from read_file.file_format import FOUND_OUT, Format
from stock.messages import LoadAgain, Record
from tests.order.deliveries import Message
from tests.order.shop import Shop, again, announce
from tests.order.world import BUCKET

ON_ORDER, ADD_UP = {"count": ["on order"]}, {"add_up": True}


def set_format(shop: Shop, form: dict[str, Any] | None) -> None:
    """Say how the files of the shop's folder are to be read from now on."""
    table, key = shop.clients.settings.uploads, format_key(shop.name)
    if form:
        shop.world.dynamodb.put_item(TableName=table, Item=key | {"Format": {"S": json.dumps(form)}})
    else:
        shop.world.dynamodb.delete_item(TableName=table, Key=key)


def put(shop: Shop, time: int, *rows: tuple[Any, ...]) -> Record:
    return shop.put(time, rows, "item,count,on order")


def asked_by_a_late_one(shop: Shop) -> None:
    shop.load(announce(put(shop, 9, ("tea", 5, 7))))
    late, newest = put(shop, 10, ("tea", 1, 2)), put(shop, 11, ("tea", 5, 7), ("tea", 0, 9))
    set_format(shop, ADD_UP)
    shop.load(announce(newest))  # 5: found equal, and skipped
    set_format(shop, ON_ORDER)
    shop.load(announce(late))
    assert shop.counts == {"tea": 5}


def tried_again(shop: Shop) -> None:
    event = put(shop, 9, ("tea", 5, 7))
    shop.load_but_die_after(announce(event), "BatchExecuteStatement")  # it is registered, and has written nothing
    set_format(shop, ON_ORDER)
    shop.load(announce(event))
    assert shop.counts == {"tea": 5}


def replayed(shop: Shop) -> None:
    event = put(shop, 9, ("tea", 5, 7))
    shop.load(announce(event))
    set_format(shop, ON_ORDER)
    shop.empty()
    shop.load(again(event))
    assert shop.counts == {"tea": 5}


def replayed_from_the_log_alone(shop: Shop) -> None:
    set_format(shop, ON_ORDER)
    event = put(shop, 9, ("tea", 5, 7))
    shop.load(announce(event))
    set_format(shop, None)
    shop.empty()
    upload, table = Upload.of_event(event), shop.clients.settings.uploads
    for scope in ("all", f"store:{shop.name}"):
        shop.world.dynamodb.delete_item(TableName=table, Key={"Scope": {"S": scope}, "Token": {"S": upload.token}})
    key = f"log/{upload.token}/{upload.version_id}.json"
    kept = json.loads(shop.clients.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    shop.load(Message(LoadAgain(kept["event"], True, kept["decision"], kept["format"]).body()))
    assert shop.counts == {"tea": 7}


def split(shop: Shop) -> None:
    set_format(shop, ADD_UP)
    shop.load(announce(put(shop, 9, *(("tea", 2, 0) for _ in range(6)))))
    assert shop.counts == {"tea": 12}


def read_as_it_stands(_kept: str) -> Format:
    return FOUND_OUT


def written_nowhere(_form: Format) -> str:
    return ""


def decided_each_time(*values: Any, start: Callable[..., Before] = upload_record.start) -> Before:
    return replace(start(*values), form=values[-1])


STORIES = [
    (asked_by_a_late_one, newer_uploads, "read_format", read_as_it_stands),
    (tried_again, upload_record, "start", decided_each_time),
    (replayed, upload_record, "start", decided_each_time),
    (replayed_from_the_log_alone, log, "written", written_nowhere),
    (split, load_part, "read_format", read_as_it_stands),
]


@pytest.mark.parametrize(("story", "place", "name", "mutation"), STORIES)
def test_where_one_place_forgets_the_format_the_rows_come_out_otherwise(
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    story: Callable[[Shop], None],
    place: Any,
    name: str,
    mutation: Callable[..., Any],
) -> None:
    story(shop)
    monkeypatch.setattr(place, name, mutation)
    with pytest.raises(AssertionError):
        story(Shop(shop.world))


def test_an_upload_may_ask_by_itself_that_its_repeats_are_added_up(shop: Shop) -> None:
    text = f"store,item,count\n{shop.name},tea,40\n{shop.name},tea,0\n".encode()
    shop.load(announce(shop.put_file(f"uploads/{shop.name}/bins.csv", 9, text, repeats="add")))
    assert shop.counts == {"tea": 40}


def test_a_file_of_onhands_own_is_read_as_if_no_format_were_kept_by_late_ones_too(shop: Shop) -> None:
    set_format(shop, {"item": ["Article"]})
    text = f"store,item,count\n{shop.name},tea,4\n".encode()
    shop.load(announce(shop.put_file(f"uploads/{shop.name}/9.csv", 9, text, **{"kept-format": "ignore"})))
    shop.load(announce(shop.put(5, [("tea", 7)], "Article,count")))
    assert shop.counts == {"tea": 4}
