"""The feed of `onhand up`: whatever is posted to it, it shows what comes from the topic, and as text."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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


def test_a_mail_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    mail = {"MessageId": "1", "To": ["ann@example.com"], "Subject": "Your code", "BodyText": "It is 654321."}

    class Kept(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/_ministack/ses/messages" else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"messages": {"000000000000": [mail]}}).encode())

    with ThreadingHTTPServer(("127.0.0.1", 0), Kept) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        stack: Any = SimpleNamespace(endpoint=f"http://127.0.0.1:{server.server_port}")
        shown: set[str] = set()
        for _ in range(2):
            feed._show_mails(stack, shown)
        server.shutdown()
    said = capsys.readouterr().out
    assert said.count("Your code (ann@example.com)") == 1
    assert said.count("It is 654321.") == 1
