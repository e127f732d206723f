"""What is posted in which channel, and what becomes of posts that are not taken."""

import json
from typing import Any

import pytest

from stock.levels import Event
from stock.messages import PostTo
from telling.channel import Kind
from telling.post import Part, Post
from tests.post_to_channel.webhook import Webhook
from tests.post_to_channel.world import World, alert

POST = Post("3 out", [Part("Out", ["tea, Berlin: *new* <b>"])], "See", "https://onhand.example/?a=1&b=2", "{n} more")


def texts(payload: dict[str, Any]) -> list[str]:
    """What people read of a post in Slack, block by block."""
    return [block["text"]["text"] for block in payload["blocks"]]


def test_an_alert_is_posted_in_the_channels_that_want_it(world: World, hook: Webhook) -> None:
    world.channel(Kind.SLACK, "/all")
    world.channel(Kind.TEAMS, "/berlin", stores=("Berlin", "Lima"), events=("OUT_OF_STOCK",))
    world.channel(Kind.SLACK, "/lima", stores=("Lima",))
    world.channel(Kind.SLACK, "/north", groups=("north",))
    world.channel(Kind.SLACK, "/south", groups=("south",))
    world.channel(Kind.SLACK, "/back", events=("BACK_IN_STOCK",))
    world.deliver_until_done(alert(["tea", "milk"]))
    posts = dict(hook.posts)
    assert set(posts) == {"/all", "/berlin", "/north"}
    assert texts(posts["/all"]) == [
        "2 items are out of stock in Berlin",
        "milk (before: 12)\ntea (before: 12)",
        "When:  2026-11-26 06:30 UTC\nFile:  none (changed by hand, or by a new reorder point)",
        "<https://onhand.example/store?name=Berlin&amp;show=out|Open the dashboard>",
    ]
    (attachment,) = posts["/berlin"]["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    lines = [block["inlines"][0]["text"] for block in attachment["content"]["body"]]
    assert lines[:3] == ["2 items are out of stock in Berlin", "milk (before: 12)", "tea (before: 12)"]
    assert attachment["content"]["actions"][0]["url"] == "https://onhand.example/store?name=Berlin&show=out"


def test_a_channel_without_alerts_gets_none(world: World, hook: Webhook) -> None:
    channel = world.channel(Kind.SLACK)
    row = channel.item() | {"Alerts": {"BOOL": False}}
    world.engine.dynamodb.put_item(TableName=world.settings.channels, Item=row)
    world.deliver_until_done(alert(["tea"], event=Event.OUT_OF_STOCK))
    assert hook.posted() == []
    world.deliver_until_done(PostTo(channel.id, POST).body())  # a digest
    assert len(hook.posted()) == 1


def test_who_says_when_to_come_again_is_asked_then(world: World, hook: Webhook) -> None:
    body = PostTo(world.channel(Kind.SLACK).id, POST).body()
    hook.answers = [(429, "", {"Retry-After": "17"}), (429, "", {}), (503, "busy", {}), (500, "", {})]
    for number in range(1, 5):
        assert not world.deliver(body, number)
    assert world.pauses == [17, 1, 270, 810]
    assert world.deliver(body, 5)
    assert len(hook.posted()) == 5
    assert world.take(world.failed) == []


@pytest.mark.parametrize(
    ("status", "text", "why"),
    [
        (404, "no_service", "Its webhook was removed, or the channel archived: unsubscribe it"),
        (400, "invalid_blocks", "127.0.0.1 does not take it, and will not: 400 invalid_blocks."),
        (302, "", "127.0.0.1 does not take it, and will not: 302 ."),
        (410, "/secret is\n\x1bgone", "127.0.0.1 does not take it, and will not: 410 … is  gone."),
    ],
)
def test_what_is_refused_for_good_is_given_up_with_the_reason(
    world: World, hook: Webhook, status: int, text: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    body = PostTo(world.channel(Kind.SLACK).id, POST).body()
    hook.answers = [(status, text, {})]
    assert world.deliver(body)
    (failed,) = world.take(world.failed)
    assert json.loads(failed["Body"]) == json.loads(body)
    said = failed["MessageAttributes"]["Why"]["StringValue"]
    assert why in said
    assert "/secret" not in said + capsys.readouterr().out


def test_no_log_names_an_address_at_which_nobody_answers(
    world: World, hook: Webhook, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    hook.address = "http://127.0.0.1:1"
    assert not world.deliver(PostTo(world.channel(Kind.SLACK).id, POST).body())
    said = capsys.readouterr().out + caplog.text
    assert "127.0.0.1 does not answer" in said
    assert "/secret" not in said


def test_what_was_taken_is_not_posted_again_whatever_the_answer_looks_like(world: World, hook: Webhook) -> None:
    hook.answers = [(200, "ok", {"Content-Type": "text/plain; charset=klingon"})]
    assert world.deliver(PostTo(world.channel(Kind.SLACK).id, POST).body())


def test_a_channel_that_cannot_be_read_keeps_no_other_one_waiting(world: World, hook: Webhook) -> None:
    world.channel(Kind.SLACK)
    broken = {"Channel": {"S": "broken"}, "Kind": {"S": "pigeon"}}
    world.engine.dynamodb.put_item(TableName=world.settings.channels, Item=broken)
    world.deliver_until_done(alert(["tea"]))
    assert len(hook.posted()) == 1


def test_a_channel_that_was_removed_gets_nothing(world: World, hook: Webhook) -> None:
    assert world.deliver(PostTo("gone", POST).body())
    assert hook.posted() == []


def test_an_alert_is_posted_whatever_call_is_the_last_of_an_invocation(world: World, hook: Webhook) -> None:
    for path in ("/a", "/b"):
        world.channel(Kind.SLACK, path)
    world.deliver_until_done(alert(["tea"]))
    calls = list(world.crasher.calls)
    assert len(hook.posted()) == 2
    for number, call in enumerate(calls, 1):
        world.crasher.calls.clear()
        world.crasher.at = (number, "after")  # which is before the next one, as one follows the other
        world.deliver_until_done(alert(["tea"]))
        assert world.crasher.at is None, "it never came to this call"
        # A crash after the messages were sent, or after a channel took the post, repeats that.
        assert 2 <= len(hook.posted()) <= 4, f"crash after call {number}, {call}"
        assert world.take(world.failed) == []
