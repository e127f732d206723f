"""A DynamoDB client that costs little per row.

botocore's own client spends most of its time turning rows into its shapes and back (docs/decisions/0201). This one
sends and returns DynamoDB's JSON as it is, and leaves to botocore what it does well: credentials, signing, connections.
"""

import json
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import HTTPClientError, NoCredentialsError
from botocore.httpsession import URLLib3Session

Item = dict[str, Any]
"""An item or a set of values in DynamoDB's JSON, such as `{"Store": {"S": "Berlin"}, "Count": {"N": "12"}}`."""

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")
_ATTEMPTS = 12
_KEYS_A_CALL = 100
_LONGEST_PAUSE = 5.0  # seconds
_AGAIN = frozenset({
    "ThrottlingException", "ThrottlingError", "ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded",
    "RequestLimitExceeded", "TransactionConflictException", "TransactionConflict", "InternalServerError",
    "TransactionInProgressException",
})  # fmt: skip


class DynamoDBError(Exception):
    """An answer of DynamoDB other than success. `code` is its name for it, such as `ValidationException`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class ConditionFailed(DynamoDBError):  # noqa: N818
    """The condition of a write did not hold (for a transaction: of at least one of its writes)."""


def pause(attempt: int) -> None:
    """Sleep before repeating a call: up to 50 ms at first, doubling to 5 s, at random so that callers spread out."""
    time.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.05 * 2**attempt)))  # noqa: S311


class DynamoDB:
    """Calls DynamoDB in its own JSON. Safe to use from several threads.

    `region`, `endpoint` and credentials come from where the AWS SDKs look for them.
    """

    def __init__(self, session: botocore.session.Session, threads: int = 8) -> None:
        self._region = session.get_config_variable("region") or "us-east-1"
        self._url = _endpoint(self._region)
        credentials = session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        self._credentials = credentials
        # Without TCP_NODELAY, which botocore sets only in its own clients, a call waits 40 ms for a delayed ACK.
        no_delay = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
        self._http = URLLib3Session(max_pool_connections=threads, timeout=60, socket_options=no_delay)  # type: ignore[arg-type]
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._inside = threading.local()

    def call(self, operation: str, parameters: Item) -> Item:
        """Call an operation, such as `GetItem`, and return its answer; repeat it when DynamoDB asks for that.

        Raises ConditionFailed, or DynamoDBError for anything else that repeating does not mend.
        """
        body = json.dumps(parameters, separators=(",", ":")).encode()
        for attempt in range(_ATTEMPTS):
            try:
                status, content = self._send(operation, body)
            except HTTPClientError:
                if attempt == _ATTEMPTS - 1:
                    raise
                pause(attempt)
                continue
            if status == 200:
                answer: Item = json.loads(content)
                return answer
            error = _error(status, content)
            if error.code not in _AGAIN or attempt == _ATTEMPTS - 1:
                raise error
            pause(attempt)
        raise AssertionError("unreachable")

    def each(self, work: Callable[[_Thing], _Result], things: list[_Thing]) -> list[_Result]:
        """Do `work` on every thing and return the results in order: several at a time, but one by one inside such work.

        It is for work that waits for DynamoDB or another service.
        """
        if len(things) < 2 or self._threads < 2 or getattr(self._inside, "pool", False):
            return [work(thing) for thing in things]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, initializer=self._enter_pool)
        return list(self._pool.map(work, things))

    def _enter_pool(self) -> None:
        self._inside.pool = True

    def pages(self, parameters: Item) -> Iterable[list[Item]]:
        """Yield the items of a Query, a page (up to 1 MB) at a time."""
        while True:
            answer = self.call("Query", parameters)
            yield answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            parameters = parameters | {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def get(self, table: str, key: Item) -> Item | None:
        """Return an item, read strongly consistent, or None."""
        item: Item | None = self.call("GetItem", {"TableName": table, "Key": key, "ConsistentRead": True}).get("Item")
        return item

    def get_many(self, table: str, keys: list[Item], projection: Item | None = None) -> list[Item]:
        """Return the items that have the given keys, read strongly consistent; absent ones are left out.

        `projection`: `ProjectionExpression` and `ExpressionAttributeNames`. Raises TimeoutError if some stay unread.
        """

        def read(batch: list[Item]) -> list[Item]:
            found: list[Item] = []
            for attempt in range(_ATTEMPTS):
                request = {table: {"Keys": batch, "ConsistentRead": True} | (projection or {})}
                answer = self.call("BatchGetItem", {"RequestItems": request})
                found += answer["Responses"].get(table, [])
                batch = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
                if not batch:
                    return found
                pause(attempt)
            raise TimeoutError(f"DynamoDB left {len(batch)} keys of {table} unread, {_ATTEMPTS} times over")

        batches = [keys[at : at + _KEYS_A_CALL] for at in range(0, len(keys), _KEYS_A_CALL)]
        return [item for found in self.each(read, batches) for item in found]

    def _send(self, operation: str, body: bytes) -> tuple[int, bytes]:
        request = AWSRequest(
            method="POST",
            url=self._url,
            data=body,
            headers={"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}"},
        )
        SigV4Auth(self._credentials, "dynamodb", self._region).add_auth(request)
        response = self._http.send(request.prepare())
        return response.status_code, response.content


def _endpoint(region: str) -> str:
    url = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or os.environ.get("AWS_ENDPOINT_URL")
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return (url or f"https://dynamodb.{region}.{domain}").rstrip("/") + "/"


def _error(status: int, content: bytes) -> DynamoDBError:
    try:
        answer = json.loads(content)
    except ValueError:
        answer = {}
    code = str(answer.get("__type", "")).rpartition("#")[2]
    message = answer.get("message") or answer.get("Message") or f"HTTP {status}"
    if status >= 500 and code not in _AGAIN:
        code = "InternalServerError"
    if code == "TransactionCanceledException":
        reasons = {reason.get("Code") for reason in answer.get("CancellationReasons") or []}
        if not reasons & {"ConditionalCheckFailed"} and reasons & _AGAIN:
            code = "TransactionConflictException"
        elif "ConditionalCheckFailed" in reasons or "ConditionalCheckFailed" in message:
            return ConditionFailed(code, message)
    if code == "ConditionalCheckFailedException":
        return ConditionFailed(code, message)
    return DynamoDBError(code or f"HTTP {status}", message)
