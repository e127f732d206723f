"""Running the real Load-Inventory one AWS call at a time: a test chooses how deliveries interleave and crash."""

import copy
import itertools
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

from load_inventory import handler
from load_inventory.clients import Clients
from tests.order.fold import COLUMNS, ON_ORDER, POINT, SHELF, File, Line

_names = itertools.count()


class Crash(BaseException):
    """The function died here. Not an Exception: nothing in the function may catch it."""


@dataclass(frozen=True)
class Message:
    """A message of the uploads queue. `links`: how many messages that the functions sent led to it."""

    body: str
    links: int = 0


class Delivery:
    """One delivery of a message to the function. It stands still before every AWS call until `step` or `crash`.

    `calls` are the calls that it made, `next` is the one that it stands before.
    `sent` are the messages that it sent, `files` the keys of the uploads that it read.
    """

    def __init__(self, clients: Clients, message: Message, late: bool = False) -> None:
        self.message = message
        self._late = late
        self.done = False
        self.calls: list[str] = []
        self.next = ""
        self._next_statement = ""
        self.sent: list[Message] = []
        self.files: list[str] = []
        self.logged: list[str] = []
        self._go = threading.Semaphore(0)
        self._stands = threading.Semaphore(0)
        self._crash: str | None = None
        self._loses_answer = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(self._gated(clients),), daemon=True)
        self._thread.start()
        self._stands.acquire()

    @property
    def writes_rows(self) -> bool:
        """Whether the next call writes rows of Inventory."""
        return self.next == "BatchExecuteStatement" and "Inventory" in self._next_statement

    def step(self) -> None:
        """Let it make its next AWS call, and go on to the one after. Raises what the function raised, each time."""
        if self._error is not None:
            raise self._error
        self._go.release()
        self._stands.acquire()
        if self.done:
            self._thread.join()
        if self._error is not None:
            raise self._error

    def step_without_answer(self) -> None:
        """Let it make its next AWS call, whose answer is lost: its client makes the call once more."""
        self._loses_answer = True
        self.step()

    def finish(self) -> list[Message]:
        """Let it run to its end; return the messages that it sent."""
        while not self.done:
            self.step()
        return self.sent

    def crash(self, after_call: bool) -> None:
        """Let it die at its next AWS call: before the call is made, or after it took effect."""
        self._crash = "after" if after_call else "before"
        self._go.release()
        self._stands.acquire()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self, clients: Clients) -> None:
        try:
            handler.act(clients, self.message.body, f"n{next(_names)}", lambda: 900.0)
        except Crash:
            pass
        except BaseException as error:  # for the test's own thread
            self._error = error
        self.done = True
        self._stands.release()

    def _call(self, name: str, call: Callable[[], Any], values: dict[str, Any]) -> Any:
        self.next = name
        self._next_statement = values.get("Statements", [{}])[0].get("Statement", "")
        self._stands.release()
        self._go.acquire()
        if self._crash == "before":
            raise Crash
        self.calls.append(name)
        try:
            answer = call()
            self._note(name, values)
            return answer
        finally:
            if self._crash == "after":
                raise Crash

    def _note(self, name: str, values: dict[str, Any]) -> None:
        key = str(values.get("Key", ""))
        if name == "send_message":
            self.sent.append(Message(values["MessageBody"], self.message.links + 1))
        elif name == "get_object" and key.startswith("uploads/"):
            self.files.append(key)
        elif name == "put_object" and key.startswith("log/"):
            self.logged.append(key.split("/")[1])

    def _gated(self, clients: Clients) -> Clients:
        dynamodb = copy.copy(clients.dynamodb)
        call, send = dynamodb.call, dynamodb._send

        def lossy_send(operation: str, body: bytes) -> tuple[int, bytes]:
            answer = send(operation, body)
            if self._loses():
                raise ReadTimeoutError(endpoint_url="")
            return answer

        def gated_call(operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
            answer: dict[str, Any] = self._call(operation, lambda: call(operation, parameters), parameters)
            return answer

        dynamodb.call = gated_call  # type: ignore[method-assign]
        dynamodb._send = lossy_send  # type: ignore[method-assign]
        gated = copy.copy(clients)
        gated.dynamodb = dynamodb
        gated.each = dynamodb.each
        gated.begin = cache if self._late else dynamodb.begin  # type: ignore[assignment]
        gated.s3 = _Gated(clients.s3, self._call, self._loses)
        gated._sqs = _Gated(clients.sqs, self._call, self._loses)
        return gated

    def _loses(self) -> bool:
        """Whether the answer that is there now is lost; the next one is not."""
        loses, self._loses_answer = self._loses_answer, False
        return loses


class _Gated:
    """A boto client, each of whose calls goes through the gate."""

    def __init__(
        self, client: Any, gate: Callable[[str, Callable[[], Any], dict[str, Any]], Any], loses: Callable[[], bool]
    ) -> None:
        self._client, self._gate, self._loses = client, gate, loses

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        def call(values: dict[str, Any]) -> Any:
            if self._loses():  # botocore makes the call once more
                with suppress(ClientError):
                    method(**values)
            return method(**values)

        return lambda **values: self._gate(name, lambda: call(values), values)


def s3_event(bucket: str, key: str, version: str, time: int) -> dict[str, Any]:
    """Return an S3 event record of an object that was put `time` seconds after some noon."""
    stamp = f"2026-11-22T{12 + time // 3600:02d}:{time // 60 % 60:02d}:{time % 60:02d}.000Z"
    thing = {"key": key, "size": 1, "versionId": version, "sequencer": f"{time:016X}"}
    return {
        "eventName": "ObjectCreated:Put",
        "eventTime": stamp,
        "userIdentity": {"principalId": "test"},
        "s3": {"bucket": {"name": bucket}, "object": thing},
    }


def csv_text(rows: Iterable[Iterable[Any]], columns: str = "store,item,count") -> bytes:
    """Return a CSV file; None is a blank cell."""
    lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    return "\n".join([columns, *lines, ""]).encode()


def file_text(file: File) -> bytes:
    """Return a file as it is uploaded. Where two were joined, their rows have no blank cells at the end."""
    if file.joined is None:
        titles = (*COLUMNS, POINT) if file.points else COLUMNS
        return csv_text((_cells(line, titles) for line in file.lines), ",".join(titles))
    first, second, at = file.joined
    return _without_blank_ends(file.lines[:at], first) + _without_blank_ends(file.lines[at:], second)


def _cells(line: Line, titles: tuple[str, ...]) -> list[Any]:
    counts = ("4 pcs", "6 pcs") if line.count is None else (line.count, line.count + ON_ORDER)
    cells = dict(zip(COLUMNS, (line.store, line.item, *counts), strict=True))
    cells |= {POINT: line.point, SHELF: line.count or None}
    return [cells[title] for title in titles]


def _without_blank_ends(lines: tuple[Line, ...], titles: tuple[str, ...]) -> bytes:
    rows = [_cells(line, titles) for line in lines]
    for row in rows:
        while row[-1] is None:
            row.pop()
    return csv_text(rows, ",".join(titles))
