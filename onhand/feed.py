"""What happens, as it happens: each upload with its result, each alert as a subscriber received it, and each mail."""

import json
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from rich.markup import escape
from rich.padding import Padding

from onhand import mails
from onhand.console import UserError, console, printable, warn
from onhand.stack import Stack
from onhand.uploads import FINISHED, Upload, newest, rejected_rows, summary

_ASK_SECONDS = 0.5
_PATH = "/onhand-feed"


@dataclass(frozen=True)
class Message:
    """A notification as Amazon SNS posts it to an http subscriber."""

    subject: str
    body: str


@contextmanager
def subscriber(stack: Stack) -> Iterator["queue.Queue[Message]"]:
    """A real http subscriber of the topic on this machine; yields what it receives."""
    messages: queue.Queue[Message] = queue.Queue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stack, messages.put))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _unsubscribe(stack, lambda endpoint: not _is_open(endpoint))  # feeds that ended too hard to do it themselves
    endpoint = f"http://127.0.0.1:{server.server_port}{_PATH}"
    stack.sns.subscribe(TopicArn=stack.outputs.NoStockTopic, Protocol="http", Endpoint=endpoint)
    try:
        yield messages
    finally:
        server.shutdown()
        server.server_close()
        with suppress(BotoCoreError, ClientError):  # if the emulator is gone, the next feed tidies up
            _unsubscribe(stack, lambda other: other == endpoint)


def show(stack: Stack, messages: "queue.Queue[Message]", end: str, alive: Callable[[], bool]) -> None:
    """Print what happens until Ctrl-C, and first how it ends. Raises UserError when the stack is not alive any more."""
    seen = {_state(upload) for upload in islice(newest(stack), 100)}
    mailed = {mail.id for mail in mails.kept(stack)}
    console.print(f"[dim]What happens from now on is shown here. {end}.[/]")
    while True:
        try:
            _show_uploads(stack, seen)
            _show_mails(stack, mailed)
        except (BotoCoreError, ClientError, OSError) as error:
            if not alive():
                raise UserError("The local AWS has stopped; see emulator.log in the data folder.") from None
            warn(str(error))
        _show_messages(messages)


def _show_uploads(stack: Stack, seen: set[tuple[Any, ...]]) -> None:
    fresh = [upload for upload in islice(newest(stack), 100) if _state(upload) not in seen]
    for upload in reversed(fresh):
        seen.add(_state(upload))
        if upload["State"] in FINISHED or upload.get("Parts"):
            console.print(f"[dim]{_clock()}[/] {summary(upload)}", soft_wrap=True)
        if upload["State"] in FINISHED and (rows := rejected_rows(upload)):
            console.print(Padding(rows, (0, 0, 0, 11)))


def _show_mails(stack: Stack, mailed: set[str]) -> None:
    for mail in mails.kept(stack):
        if mail.id not in mailed:
            mailed.add(mail.id)
            _show_text("[cyan]✉[/]", f"{mail.subject} ({mail.to})", mail.text)


def _show_messages(messages: "queue.Queue[Message]") -> None:
    until = time.monotonic() + _ASK_SECONDS
    while (left := until - time.monotonic()) > 0:
        try:
            message = messages.get(timeout=left)
        except queue.Empty:
            return
        _show_text("[magenta]⚑[/]", message.subject or "Alert", message.body)


def _show_text(sign: str, subject: str, body: str) -> None:
    console.print(f"[dim]{_clock()}[/] {sign} [bold]{escape(printable(subject))}[/]", soft_wrap=True)
    console.print(Padding(escape(readable(body)), (0, 0, 0, 11)))


def readable(body: str) -> str:
    """What a person would read of a notification: machines get JSON, which has the texts of email and SMS in it."""
    try:
        texts = json.loads(body)["texts"]
        body = f"{texts['email'].strip()}\n\nSMS: {texts['sms']}"
    except (ValueError, KeyError, TypeError, AttributeError):
        body = body.strip()
    return "\n".join(map(printable, body.splitlines()))


def _state(upload: Upload) -> tuple[Any, ...]:
    return upload["Token"], upload["State"], upload.get("PartsDone")


def _clock() -> str:
    return time.strftime("%H:%M:%S")


def _handler(stack: Stack, received: Callable[[Message], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            # Others on this machine may post here, too: what does not come from the topic is nothing.
            with suppress(ValueError, TypeError, KeyError, AttributeError):
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if sent["TopicArn"] == stack.outputs.NoStockTopic:
                    if sent["Type"] == "SubscriptionConfirmation":
                        stack.sns.confirm_subscription(TopicArn=sent["TopicArn"], Token=sent["Token"])
                    elif sent["Type"] == "Notification":
                        received(Message(sent.get("Subject") or "", sent["Message"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
            """Say nothing of each request."""

    return Handler


def _unsubscribe(stack: Stack, which: Callable[[str], bool]) -> None:
    """Unsubscribe feeds by their addresses."""
    pages = stack.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=stack.outputs.NoStockTopic)
    subscriptions = [subscription for page in pages for subscription in page["Subscriptions"]]
    for subscription in subscriptions:
        endpoint = subscription["Endpoint"]
        is_feed = endpoint.startswith("http://127.0.0.1:") and endpoint.endswith(_PATH)
        if is_feed and which(endpoint) and subscription["SubscriptionArn"].startswith("arn:"):
            stack.sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])


def _is_open(endpoint: str) -> bool:
    """Does a feed listen there?"""
    try:
        socket.create_connection(("127.0.0.1", urlsplit(endpoint).port or 80), timeout=1).close()
    except OSError:
        return False
    return True
