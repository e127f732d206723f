"""Running the real Load-Inventory one AWS call at a time: a test chooses how deliveries interleave and crash."""

import copy
import itertools
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any

from load_inventory import handler
from load_inventory.services import Services

Message = tuple[str, dict[str, Any]]
"""Message id and body."""
_MESSAGES_A_CALL = 10


class Crash(BaseException):
    """The function died here. Not an Exception: nothing in the function may catch it."""


class LongTime:
    """A Lambda context with time enough."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 900_000


class Delivery:
    """One delivery of a message to the function. It stands still before every AWS call until `step` or `crash`."""

    def __init__(self, services: Services, message: Message) -> None:
        self.message = message
        self.done = False
        self.calls: list[str] = []
        self._go = threading.Semaphore(0)
        self._stands = threading.Semaphore(0)
        self._crash: str | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(self._gated(services),), daemon=True)
        self._thread.start()
        self._stands.acquire()

    def step(self) -> None:
        """Let it make its next AWS call, and go on to the one after. Raises what the function raised."""
        self._go.release()
        self._stands.acquire()
        if self.done:
            self._thread.join()
        if self._error is not None:
            raise self._error

    def crash(self, after_call: bool) -> None:
        """Let it die at its next AWS call: before the call is made, or after it took effect."""
        self._crash = "after" if after_call else "before"
        self._go.release()
        self._stands.acquire()
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self, services: Services) -> None:
        try:
            handler.act(services, self.message[1], self.message[0], LongTime)
        except Crash:
            pass
        except BaseException as error:  # for the test's own thread
            self._error = error
        self.done = True
        self._stands.release()

    def _call(self, name: str, call: Callable[[], Any]) -> Any:
        self._stands.release()
        self._go.acquire()
        if self._crash == "before":
            raise Crash
        self.calls.append(name)
        try:
            return call()
        finally:
            if self._crash == "after":
                raise Crash

    def _gated(self, services: Services) -> Services:
        dynamodb = copy.copy(services.dynamodb)
        call = services.dynamodb.call

        def gated_call(operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
            answer: dict[str, Any] = self._call(operation, lambda: call(operation, parameters))
            return answer

        dynamodb.call = gated_call  # type: ignore[method-assign]
        gated = copy.copy(services)
        gated.dynamodb = dynamodb
        gated.each = dynamodb.each
        gated.s3 = _Gated(services.s3, self._call)
        gated._sqs = _Gated(services.sqs, self._call)
        return gated


class _Gated:
    """A boto client, each of whose calls goes through the gate."""

    def __init__(self, client: Any, gate: Callable[[str, Callable[[], Any]], Any]) -> None:
        self._client = client
        self._gate = gate

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        return lambda **values: self._gate(name, lambda: method(**values))


class Queue:
    """The uploads queue, emptied into memory so that the test chooses what is delivered when."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._numbers = itertools.count()
        self.waiting: list[Message] = []

    def put(self, body: dict[str, Any]) -> None:
        self.waiting.append((f"m{next(self._numbers)}", body))

    def fetch(self) -> None:
        """Take over what the function has sent."""
        url = self._services.settings.queue_url
        more = True
        while more:
            answer = self._services.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=_MESSAGES_A_CALL)
            found = answer.get("Messages", [])
            more = len(found) == _MESSAGES_A_CALL
            for message in found:
                self.put(json.loads(message["Body"]))
                self._services.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def clear(self) -> None:
        self.waiting.clear()


def s3_event(bucket: str, key: str, version: str, time: int) -> dict[str, Any]:
    """Return an S3 event record of an object that was put `time` seconds after some noon."""
    stamp = f"2026-11-22T12:{time // 60:02d}:{time % 60:02d}.000Z"
    thing = {"key": key, "size": 1, "versionId": version, "sequencer": f"{time:016X}"}
    return {
        "eventName": "ObjectCreated:Put",
        "eventTime": stamp,
        "userIdentity": {"principalId": "test"},
        "s3": {"bucket": {"name": bucket}, "object": thing},
    }


def csv_text(rows: Iterable[tuple[str, str, int]]) -> bytes:
    return ("store,item,count\n" + "".join(f"{store},{item},{count}\n" for store, item, count in rows)).encode()
