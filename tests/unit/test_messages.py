"""The messages of all queues: what is sent can be read, and nothing else."""

import json
from typing import Any

import pytest

from stock import messages
from stock.levels import Event
from stock.messages import (
    Gather,
    LoadAgain,
    LoadPart,
    LookAhead,
    PostTo,
    Publish,
    Recheck,
    Recount,
    SendDigest,
    UnknownMessageError,
    Uploaded,
    alerts_message,
    channels_message,
    digests_message,
    look_ahead_message,
    uploads_messages,
)
from telling.post import Part, Post

RECORD = {
    "eventName": "ObjectCreated:Put",
    "eventTime": "2026-11-22T08:36:52.123Z",
    "s3": {"bucket": {"name": "uploads"}, "object": {"key": "uploads/Berlin/a.csv", "size": 3, "sequencer": "01"}},
}
NAME = 'Köln "Süd" \\ \u2028 🛒'
A_PART = LoadPart(
    event=RECORD, run="1-a", phase="apply", snapshot=True, quiet=False, doubtful=True,
    number=3, chunks=2, first=("Berlin", NAME), end=("Dublin", "milk"), at_ends=["Berlin", NAME],
)  # fmt: skip
THE_ONLY_PART = LoadPart(
    event=RECORD, run="1-a", phase="check", snapshot=False, quiet=True, doubtful=False,
    number=0, chunks=0, first=None, end=None, at_ends=[],
)  # fmt: skip

OF_UPLOADS: list[LoadAgain | LoadPart | Recount] = [
    LoadAgain(RECORD, quiet=True), LoadAgain(RECORD, quiet=False, decision="apply", form=NAME), A_PART, THE_ONLY_PART,
    Recount(NAME), Recount("*"),
]  # fmt: skip
OF_ALERTS: list[Publish | Recheck] = [
    *(Publish(NAME, "20261122T083652.123Z-01-ab", event, since=1795336612.5) for event in Event),
    Publish("Berlin", "20261122T083652.123Z-01-ab", Event.LOW_STOCK, since=1795336612),
    Recheck(NAME, ["tea", NAME]), Recheck("Berlin", []),
]  # fmt: skip
OF_LOOK_AHEAD: list[LookAhead | Gather] = [LookAhead(NAME), Gather()]
AN_ALERT = {
    "version": 1, "event": "X", "store": "a", "link": "https://a", "items": [], "texts": {"email": "a\n\nb\n\nc"},
}  # fmt: skip
A_DIGEST = SendDigest("a1b2c3", 1795336612.5)
A_POST = PostTo("a1b2c3", Post(NAME, [Part("", [NAME], 3)], "See", "https://onhand.example", "{n} more"))


@pytest.mark.parametrize("message", OF_UPLOADS, ids=lambda message: type(message).__name__)
def test_a_message_of_the_uploads_queue_is_read_as_it_was_sent(message: LoadAgain | LoadPart | Recount) -> None:
    assert uploads_messages(message.body()) == [message]


@pytest.mark.parametrize("message", OF_ALERTS, ids=lambda message: type(message).__name__)
def test_a_message_of_the_alerts_queue_is_read_as_it_was_sent(message: Publish | Recheck) -> None:
    read = alerts_message(message.body())
    assert read == message
    assert not isinstance(read, Publish) or isinstance(read.event, Event)


@pytest.mark.parametrize("message", OF_LOOK_AHEAD, ids=lambda message: type(message).__name__)
def test_a_message_of_the_look_ahead_queue_is_read_as_it_was_sent(message: LookAhead | Gather) -> None:
    assert look_ahead_message(message.body()) == message


def test_a_message_of_the_digests_queue_is_read_as_it_was_sent() -> None:
    assert digests_message(A_DIGEST.body()) == A_DIGEST


def test_a_message_of_the_channels_queue_is_read_as_it_was_sent() -> None:
    read = channels_message(A_POST.body())
    assert read == A_POST


def test_an_alert_is_as_sns_put_it_there() -> None:
    assert channels_message(json.dumps(AN_ALERT)) == AN_ALERT
    assert channels_message(json.dumps(AN_ALERT | {"groups": ["north"], "new": 1})) != AN_ALERT


def test_changes_by_hand_are_published_too() -> None:
    message = Publish("Berlin", "20261122T083652.000Z-hand", Event.LOW_STOCK, since=1795336612)
    assert alerts_message(message.body()) == message


def test_every_message_that_we_send_is_among_the_examples() -> None:
    ours = {each for each in vars(messages).values() if isinstance(each, type) and hasattr(each, "body")}
    assert ours == {type(message) for message in (*OF_UPLOADS, *OF_ALERTS, *OF_LOOK_AHEAD, A_DIGEST, A_POST)}


@pytest.mark.parametrize(
    "message", [*OF_UPLOADS, *OF_ALERTS, *OF_LOOK_AHEAD, A_DIGEST, A_POST], ids=lambda message: type(message).__name__
)
def test_a_body_has_one_name_and_its_fields(message: Any) -> None:
    ((name, fields),) = json.loads(message.body()).items()
    assert name.replace("_", "") == type(message).__name__.lower()
    assert set(fields) == set(type(message).__dataclass_fields__)


# ---- What S3 sends --------------------------------------------------------------------------------------------------


def test_s3_announces_one_upload_in_a_message_or_several() -> None:
    other = RECORD | {"eventName": "ObjectCreated:CompleteMultipartUpload"}
    assert uploads_messages(json.dumps({"Records": [RECORD]})) == [Uploaded(RECORD)]
    assert uploads_messages(json.dumps({"Records": [RECORD, other]})) == [Uploaded(RECORD), Uploaded(other)]


def test_what_is_not_an_upload_is_left_out() -> None:
    removed = RECORD | {"eventName": "ObjectRemoved:Delete"}
    assert uploads_messages(json.dumps({"Records": [removed, RECORD]})) == [Uploaded(RECORD)]
    assert uploads_messages(json.dumps({"Records": []})) == []


def test_s3s_test_event_asks_for_nothing() -> None:
    # As S3 sends it once, when the bucket is given its notification.
    test = {
        "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-11-22T08:36:52.123Z", "Bucket": "uploads",
        # checkov:skip=CKV_SECRET_6:of AWS's documents
        "RequestId": "5582815E1AEA5ADF", "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE",
    }  # fmt: skip
    assert uploads_messages(json.dumps(test)) == []


# ---- What is no message ---------------------------------------------------------------------------------------------

JUNK = [
    "", "junk", "{", "null", "3", '"text"', "[]", "{}", '{"Event": "s3:OtherEvent"}', '{"foreign": {"store": "a"}}',
    "[" * 100_000, '{"Records":' * 50_000, "9" * 5000,
]  # fmt: skip
TOKEN = "20261122T083652.123Z-01-ab"


def announced(**changes: Any) -> str:
    """What S3 sends of an object, with other values for some of what is in it; None: without that."""
    values = {"bucket": "uploads", "key": "uploads/Berlin/a.csv", "size": 3, "sequencer": "01"} | changes
    found = {name: value for name, value in values.items() if name not in ("bucket", "eventTime", "userIdentity")}
    record = RECORD | {name: changes[name] for name in ("eventTime", "userIdentity") if name in changes}
    record["s3"] = {"bucket": {"name": values["bucket"]}, "object": {k: v for k, v in found.items() if v is not None}}
    return json.dumps({"Records": [record]})


@pytest.mark.parametrize("body", [
    *JUNK,
    '{"Records": "text"}', '{"Records": [{}]}', '{"Records": [3]}', '{"Records": [{"eventName": 3}]}',
    '{"recount": "Berlin"}', '{"recount": null}', '{"recount": {}}', '{"recount": {"store": "a", "more": 1}}',
    '{"load_again": {}}', '{"load_again": []}', '{"load_again": {"event": {}}}',
    '{"load_part": {}}', '{"load_part": []}', '{"load_part": {"first": 3, "end": 3}}',
    '{"Records": [{"eventName": "ObjectCreated:Put"}]}', announced(bucket=None), announced(bucket=["uploads"]),
    announced(key=None), announced(key=7), announced(key="uploads/\ud83d.csv"), announced(versionId={}),
    announced(size="3 bytes"), announced(size=-1), announced(sequencer="none"), announced(sequencer=1),
    announced(eventTime="soon"), announced(eventTime="9999-99-99T99:99:99.999Z"), announced(eventTime=1795336612),
    announced(eventTime="2026-11-2\u0662T08:36:52.123Z"),  # a digit, but no ASCII
    announced(userIdentity="root"), announced(userIdentity={"principalId": 7}),
    json.dumps({"load_again": {"event": {}, "quiet": True}}), json.dumps({"load_again": {"event": RECORD, "quiet": 1}}),
    A_PART.body().replace('"number":3', '"number":true'),
    A_PART.body().replace('["Dublin","milk"]', '["Dublin"]'), A_PART.body().replace('"chunks":2', '"chunks":2e0'),
    *(json.dumps({"recount": {"store": store}}) for store in ("", 7, None, ["Berlin"], "\ud83d", "x" * 2049)),
    *(message.body() for message in OF_ALERTS),
])  # fmt: skip
def test_the_uploads_queue_does_not_know(body: str) -> None:
    with pytest.raises(UnknownMessageError):
        uploads_messages(body)


@pytest.mark.parametrize("body", [
    *JUNK,
    '{"publish": {}}', '{"publish": 3}', '{"publish": []}', '{"publish": {"event": "OUT_OF_STOCK"}}',
    '{"publish": {"store": "a", "token": "t", "event": "SOLD_OUT", "since": 1, "held": false}}',
    '{"recheck": "Berlin"}', '{"recheck": {"store": "a"}}',
    *(json.dumps({"recheck": {"store": "a", "items": items}}) for items in ("tea", [7], [""], ["tea", "x" * 1025])),
    *(
        json.dumps({"publish": {"store": "a", "event": "OUT_OF_STOCK", "since": 1, "token": token}})
        for token in ("", "t", "Z-hand", "20261322T083652.000Z-hand", "20261122T083652.123Z-01-", 7)
    ),
    *(
        f'{{"publish": {{"store": "a", "event": "OUT_OF_STOCK", "since": {since}, "token": "{TOKEN}"}}}}'
        for since in ("NaN", "1e999", '"now"', "true")
    ),
    json.dumps({"Records": [RECORD]}),
    *(message.body() for message in OF_UPLOADS),
])  # fmt: skip
def test_the_alerts_queue_does_not_know(body: str) -> None:
    with pytest.raises(UnknownMessageError):
        alerts_message(body)


@pytest.mark.parametrize("body", [
    *JUNK,
    '{"look_ahead": {}}', '{"look_ahead": 3}', '{"look_ahead": {"store": "a", "more": 1}}', '{"gather": []}',
    '{"look_ahead": {"store": ""}}', '{"look_ahead": {"store": {}}}', '{"gather": {"store": "a"}}',
    *(message.body() for message in (*OF_UPLOADS, *OF_ALERTS)),
])  # fmt: skip
def test_the_look_ahead_queue_does_not_know(body: str) -> None:
    with pytest.raises(UnknownMessageError):
        look_ahead_message(body)


@pytest.mark.parametrize("body", [
    *JUNK, '{"send_digest": {}}', '{"send_digest": 3}', OF_LOOK_AHEAD[0].body(),
    '{"send_digest": {"digest": "", "moment": 1}}', '{"send_digest": {"digest": "a", "moment": "1"}}',
])  # fmt: skip
def test_the_digests_queue_does_not_know(body: str) -> None:
    with pytest.raises(UnknownMessageError):
        digests_message(body)


WRONG_IN_AN_ALERT: tuple[dict[str, Any], ...] = (
    {"texts": {}}, {"texts": {"email": "out"}}, {"texts": 3}, {"items": "tea"}, {"link": None}, {"groups": 3},
    {"event": {}}, {"store": []},
)  # fmt: skip


@pytest.mark.parametrize("body", [
    *JUNK, '{"post_to": {}}', '{"post_to": 3}', A_DIGEST.body(),
    '{"post_to": {"channel": "a", "post": {}}}', A_POST.body().replace('"left":3', '"left":"3"'),
    A_POST.body().replace('"lines":[', '"lines":[[],'), A_POST.body().replace('"title":""', '"title":null'),
    *(json.dumps(AN_ALERT | wrong) for wrong in WRONG_IN_AN_ALERT),
])  # fmt: skip
def test_the_channels_queue_does_not_know(body: str) -> None:
    with pytest.raises(UnknownMessageError):
        channels_message(body)


def test_who_looks_for_an_unknown_message_sees_how_it_begins() -> None:
    with pytest.raises(UnknownMessageError, match="no message of onhand: 'junk, ") as raised:
        uploads_messages("junk, " * 10_000)
    assert len(str(raised.value)) < 300
