"""A DynamoDB client that costs little per row.

botocore's own client spends most of its time turning rows into its shapes and back (docs/decisions/0201). This one
sends and returns DynamoDB's JSON as it is, and leaves to botocore what it does well: settings, credentials, signing,
connections.
"""

import json
import os
import random
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.exceptions import BotoCoreError, HTTPClientError, NoCredentialsError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.httpsession import URLLib3Session
from botocore.utils import ensure_boolean, get_environ_proxies

from stock.attributes import Item

CONNECT_SECONDS = 3.0  # to wait for a connection
READ_SECONDS = 10.0  # to wait for the next bytes of an answer
REPEAT_SECONDS = 30.0  # after which a call that got no answer is not repeated: less than a function may take

_Input = TypeVar("_Input")
_Result = TypeVar("_Result")
_ATTEMPTS = 12
_KEYS_A_CALL = 100
_LONGEST_PAUSE = 5.0  # seconds
FAULT = "InternalServerError"
"""DynamoDB's code for a fault of its own: what was asked for may have been done."""
_AGAIN = frozenset({
    "ThrottlingException", "ThrottlingError", "ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded",
    "RequestLimitExceeded", "TransactionConflictException", "TransactionConflict", FAULT,
    "TransactionInProgressException",
})  # fmt: skip
UNSURE = "Unsure"
"""In the answer to a call that was repeated: whether it had been done before cannot be told."""


class DynamoDBError(Exception):
    """An answer of DynamoDB other than success. `code` is its name for it, such as `ValidationException`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class ConditionFailed(DynamoDBError):  # noqa: N818
    """The condition of a write did not hold (for a transaction: of at least one of its writes)."""


def pause(attempt: int) -> None:
    """Sleep before repeating a call: up to 50 ms at first, doubling to 5 s, at random so that callers spread out."""
    time.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.05 * 2**attempt)))  # noqa: S311, it spreads


class DynamoDB:
    """Calls DynamoDB in its own JSON. Safe to use from several threads.

    Region, endpoint, credentials, proxies and certificates come from where the AWS SDKs look for them.
    `times_to_write`: how often a statement is sent that DynamoDB does not take, as others write as much as it can take.
    """

    def __init__(self, session: botocore.session.Session, threads: int = 8, times_to_write: int = _ATTEMPTS) -> None:
        self.times_to_write = times_to_write
        self._region = session.get_config_variable("region") or "us-east-1"
        self._url = _endpoint(session, self._region)
        credentials = session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        self._credentials = credentials
        self._http = _http_session(session, self._url, threads)
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._inside = threading.local()

    def call(self, operation: str, parameters: Item) -> Item:
        """Call an operation, such as `GetItem`, and return its answer.

        The call is repeated when DynamoDB asks for that, and when there was no connection or no answer. A write that is
        repeated because its answer was lost may have been done already; its condition then fails. Such an answer has
        `UNSURE`.
        Raises ConditionFailed, DynamoDBError for anything else that repeating does not mend, or botocore's
        ConnectionError or HTTPClientError if DynamoDB cannot be reached.
        """
        body = json.dumps(parameters, separators=(",", ":")).encode()
        began, unsure = time.monotonic(), False
        for attempt in range(_ATTEMPTS):
            try:
                status, content = self._send(operation, body)
            except (NoConnectionError, HTTPClientError) as error:
                late = time.monotonic() - began > REPEAT_SECONDS
                if late or attempt == _ATTEMPTS - 1 or _is_bad_certificate(error):
                    raise
                unsure = True
                pause(attempt)
                continue
            if status == 200:
                answer: Item = json.loads(content)
                return answer | {UNSURE: True} if unsure else answer
            refusal = _error(status, content)
            if refusal.code not in _AGAIN or attempt == _ATTEMPTS - 1:
                raise refusal
            unsure = unsure or refusal.code == FAULT
            pause(attempt)
        raise AssertionError("unreachable")

    def each(self, work: Callable[[_Input], _Result], inputs: list[_Input]) -> list[_Result]:
        """Do `work` on every input and return the results in order: several at a time, but one by one inside such work.

        It is for work that waits for DynamoDB or another service.
        """
        pool = self._threads_to_wait() if len(inputs) > 1 else None
        return list(pool.map(work, inputs) if pool else map(work, inputs))

    def begin(self, work: Callable[[], _Result]) -> Callable[[], _Result]:
        """Begin some work beside what follows, and return the function that waits for it and returns its result."""
        if pool := self._threads_to_wait():
            return pool.submit(work).result
        result = work()
        return lambda: result

    def _threads_to_wait(self) -> ThreadPoolExecutor | None:
        if self._threads < 2 or getattr(self._inside, "pool", False):
            return None
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, initializer=self._enter_pool)
        return self._pool

    def _enter_pool(self) -> None:
        self._inside.pool = True

    def pages(self, parameters: Item, operation: str = "Query") -> Iterable[list[Item]]:
        """Yield the items of a Query or Scan, a page (up to 1 MB) at a time."""
        while True:
            answer = self.call(operation, parameters)
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


def _http_session(session: botocore.session.Session, url: str, threads: int) -> URLLib3Session:
    """Return the connections to an address, set up as botocore sets up those of its own clients."""
    return URLLib3Session(
        verify=session.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE", True),  # type: ignore[arg-type]
        proxies=get_environ_proxies(url),
        timeout=(CONNECT_SECONDS, READ_SECONDS),  # type: ignore[arg-type]
        max_pool_connections=threads,
        # Without TCP_NODELAY, which botocore sets only in its own clients, a call waits 40 ms for a delayed ACK.
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # type: ignore[list-item]
    )


def _endpoint(session: botocore.session.Session, region: str) -> str:
    """Return DynamoDB's address: one that was configured, else that of the region.

    It is what botocore finds by its rules for DynamoDB, which cost more to read than everything else here.
    """

    def chosen(setting: str) -> bool:
        return ensure_boolean(session.get_config_variable(setting) or False)

    if not chosen("ignore_configured_endpoint_urls") and (url := _configured_endpoint(session)):
        return url.rstrip("/") + "/"
    dual_stack, fips = chosen("use_dualstack_endpoint"), chosen("use_fips_endpoint")
    partition = _partition(session, region)
    if partition["id"] == "aws-us-gov" and not dual_stack:
        fips = False  # every endpoint of GovCloud is a FIPS endpoint, under the usual name
    domain = partition["outputs"]["dualStackDnsSuffix" if dual_stack else "dnsSuffix"]
    return f"https://dynamodb{'-fips' if fips else ''}.{region}.{domain}/"


def _configured_endpoint(session: botocore.session.Session) -> str | None:
    """Return the endpoint that the environment (`AWS_ENDPOINT_URL`, …) or the configuration file names, if any."""
    url: str | None = ConfiguredEndpointProvider(
        full_config=session.full_config, scoped_config=session.get_scoped_config(), client_name="dynamodb"
    ).provide()
    return url


def _partition(session: botocore.session.Session, region: str) -> dict[str, Any]:
    """Return what botocore knows of the partition, such as `aws-cn`, that a region is in; `aws` if it knows none."""
    partitions: list[dict[str, Any]] = session.get_component("data_loader").load_data("partitions")["partitions"]
    matching = (partition for partition in partitions if re.match(partition["regionRegex"], region))
    return next(matching, partitions[0])


def _is_bad_certificate(error: BotoCoreError) -> bool:
    """Return whether a call failed because the server's certificate is not trusted, as it will not be next time."""
    cause = error.kwargs.get("error")
    return any(isinstance(reason, ssl.SSLCertVerificationError) for reason in getattr(cause, "args", ()))


def _error(status: int, content: bytes) -> DynamoDBError:
    try:
        answer = json.loads(content)
    except ValueError:
        answer = {}
    code = str(answer.get("__type", "")).rpartition("#")[2]
    message = answer.get("message") or answer.get("Message") or f"HTTP {status}"
    if status >= 500 and code not in _AGAIN:
        code = FAULT
    if code == "TransactionCanceledException":
        reasons = {reason.get("Code") for reason in answer.get("CancellationReasons") or []}
        if not reasons & {"ConditionalCheckFailed"} and reasons & _AGAIN:
            code = "TransactionConflictException"
        elif "ConditionalCheckFailed" in reasons or "ConditionalCheckFailed" in message:
            return ConditionFailed(code, message)
    if code == "ConditionalCheckFailedException":
        return ConditionFailed(code, message)
    return DynamoDBError(code or f"HTTP {status}", message)
