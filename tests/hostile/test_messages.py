"""Messages on the queues that nobody of us sent: each is told of in words and given up at once, the others are done."""

import json

import pytest

from stock.messages import LookAhead, PostTo, Recheck, Recount, SendDigest
from telling.post import Post
from tests.hostile.world import CONSUMERS, World

OURS = {
    "uploads": Recount("Berlin").body(),
    "alerts": Recheck("Berlin", ["tea"]).body(),
    "look-aheads": LookAhead("Berlin").body(),
    "digests": SendDigest("gone", 1).body(),
    "posts": PostTo("gone", Post("", [], "", "", "")).body(),
}
FOREIGN = [
    "junk", "[]", "[" * 100_000, "9" * 5000,
    '{"Records": [{"eventName": "ObjectCreated:Put"}]}', '{"recount": {"store": ["Berlin"]}}',
    '{"publish": {"store": "Berlin", "token": "soon", "event": "OUT_OF_STOCK", "since": 1}}',
    '{"look_ahead": {"store": ""}}', '{"send_digest": {"digest": "a", "moment": NaN}}',
    '{"post_to": {"channel": "a", "post": {"title": "\\ud83d"}}}',
    '{"version": 1, "event": "OUT_OF_STOCK", "store": "Berlin", "texts": {}}',
]  # fmt: skip


@pytest.mark.parametrize("queue", CONSUMERS)
def test_what_is_no_message_of_ours_is_given_up_at_once_and_stops_nobody(
    ministack_world: World, queue: str, capsys: pytest.CaptureFixture[str]
) -> None:
    world = ministack_world
    world.send(queue, *FOREIGN[:6], OURS[queue], *FOREIGN[6:])
    world.run(queue)  # without any pause: what is not to be seen now would come again later
    assert sorted(world.dead_letters(queue)) == sorted(FOREIGN)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    failed = [line for line in lines if line.get("step") == "failed"]
    assert all("This is no message of onhand" in line["reason"] for line in failed)
    assert len({line["reason"] for line in failed}) == len(FOREIGN)
