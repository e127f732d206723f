"""The feed of `onhand up`: whatever is posted to it, it shows what comes from the topic, and as text."""

import json
from http.server import ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import pytest

from onhand import feed

TOPIC = "arn:aws:sns:us-east-1:000000000000:NoStock"
ALERT = {"Type": "Notification", "TopicArn": TOPIC, "Subject": "Berlin", "Message": "Kettle is out of stock"}


def test_only_what_the_topic_says_is_taken() -> None:
    stack: Any = SimpleNamespace(outputs=SimpleNamespace(NoStockTopic=TOPIC))
    received: list[feed.Message] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), feed._handler(stack, received.append)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        for posted in ("junk", "[1]", "null", "{}", json.dumps(ALERT | {"TopicArn": "another"}), json.dumps(ALERT)):
            with urlopen(f"http://127.0.0.1:{server.server_port}", posted.encode(), timeout=10) as answer:
                assert answer.status == 200
        server.shutdown()
    assert received == [feed.Message("Berlin", "Kettle is out of stock")]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (
            json.dumps({"texts": {"email": "Kettle\nis out\n", "sms": "Kettle: out"}}),
            "Kettle\nis out\n\nSMS: Kettle: out",
        ),
        ("Kettle is out", "Kettle is out"),
        ("\x1b[2JKettle\r\nis out", " [2JKettle\nis out"),
        (json.dumps({"texts": {"email": 5, "sms": None}}), '{"texts": {"email": 5, "sms": null}}'),
    ],
)
def test_a_message_is_shown_as_text(body: str, shown: str) -> None:
    assert feed.readable(body) == shown
