"""DynamoDB's wire, with DynamoDB's limits: passes on to an engine what they allow, and refuses the rest as AWS does.

It listens on this machine only. A statement of a batch that is refused fails alone, with `ThrottlingError`
(https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchStatementError.html); keys of a BatchGetItem
come back as `UnprocessedKeys`; any other call fails whole, with `ThrottlingException`. A write that an index has no
units for is refused, too: DynamoDB calls that back pressure.
"""

import http.client
import json
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from benchmarks.simulation.limits import READ, WRITE, Key, Limits
from benchmarks.simulation.writes import Stream, Table, Write, write_of
from stock.attributes import Item

# Bytes of a row on average, as DynamoDB counts them: for what a Query reads. Measured with DynamoDB Local
# (100,000 small rows of Inventory: 1,591 units of 4 KB); rows of Alerts and Uploads by their attributes.
_ROW_BYTES = {"Inventory": 65, "ReorderPoints": 65, "Alerts": 550, "Uploads": 250}
_READ_UNIT = 4096
_SCANNED = re.compile(rb'"ScannedCount":\s*(\d+)')
_THROTTLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException",
    "message": "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
    "table or index so please try again shortly. If exceptions persist, check if you have a hot key",
}
Engine = Callable[[Item], tuple[int, bytes]]
"""Calls the operation that was asked for in the engine; returns the status and the answer."""


class Gate:
    """Lets calls through to an engine, as far as the limits of keys allow."""

    def __init__(self, tables: dict[str, Table], limits: Limits, stream: Stream) -> None:
        self._tables, self._limits, self._stream = tables, limits, stream

    def call(self, engine: Engine, operation: str, request: Item) -> tuple[int, bytes]:
        """Answer a call. Raises KeyError for an operation that the functions do not use here: nothing counts it."""
        answers = {
            "BatchExecuteStatement": self._batch_write,
            "BatchGetItem": self._batch_get,
            "GetItem": self._get,
            "Query": self._query,
            "UpdateItem": self._update,
        }
        return answers[operation](engine, request)

    def _batch_write(self, engine: Engine, request: Item) -> tuple[int, bytes]:
        responses: list[Item] = []
        let_through: list[tuple[int, Item, Write, dict[Key, float]]] = []
        for at, statement in enumerate(request["Statements"]):
            write = write_of(self._tables, statement)
            of_indexes = write.index_units()
            table = write.table.name
            if self._limits.take(WRITE, {write.table_key: 1.0, **of_indexes}):
                let_through.append((at, statement, write, of_indexes))
                responses.append({"TableName": table})
            else:
                responses.append({"TableName": table, "Error": {"Code": "ThrottlingError", "Message": "try again"}})
        if let_through:
            status, content = engine({"Statements": [statement for _, statement, _, _ in let_through]})
            if status != 200:
                return status, content
            for (at, statement, write, of_indexes), answer in zip(
                let_through, json.loads(content)["Responses"], strict=True
            ):
                responses[at] = answer
                if "Error" in answer or (statement["Statement"].startswith("DELETE") and "Item" not in answer):
                    self._limits.add(WRITE, {key: -number for key, number in of_indexes.items()})
                else:
                    self._done(write)
        return 200, json.dumps({"Responses": responses}).encode()

    def _done(self, write: Write) -> None:
        if write.table.indexes:
            write.apply()
        if write.table.name == self._stream.table:
            self._stream.add(write)

    def _update(self, engine: Engine, request: Item) -> tuple[int, bytes]:
        table = self._tables[request["TableName"]]
        assert not table.indexes, "what it does to indexes is not counted"
        if not self._limits.take(WRITE, {_key(table, request["Key"]): 1.0}):
            return 400, json.dumps(_THROTTLED).encode()
        return engine(request)

    def _get(self, engine: Engine, request: Item) -> tuple[int, bytes]:
        if not self._limits.take(READ, {_key(self._tables[request["TableName"]], request["Key"]): 1.0}):
            return 400, json.dumps(_THROTTLED).encode()
        return engine(request)

    def _batch_get(self, engine: Engine, request: Item) -> tuple[int, bytes]:
        asked: dict[str, Item] = {}
        unprocessed: dict[str, Item] = {}
        for name, part in request["RequestItems"].items():
            taken = [self._limits.take(READ, {_key(self._tables[name], key): 1.0}) for key in part["Keys"]]
            for parts, wanted in ((asked, True), (unprocessed, False)):
                if keys := [key for key, done in zip(part["Keys"], taken, strict=True) if done == wanted]:
                    parts[name] = {**part, "Keys": keys}
        answer: Item = {"Responses": {}, "UnprocessedKeys": {}}
        if asked:
            status, content = engine({"RequestItems": asked})
            if status != 200:
                return status, content
            answer = json.loads(content)
        return 200, json.dumps(answer | {"UnprocessedKeys": unprocessed}).encode()

    def _query(self, engine: Engine, request: Item) -> tuple[int, bytes]:
        assert "IndexName" not in request, "no function reads an index"
        # The hash key is the first value of the condition: the functions write it so.
        first = request["KeyConditionExpression"].partition("=")[2].split()[0]
        key = Key(request["TableName"], request["ExpressionAttributeValues"][first]["S"])
        if not self._limits.take(READ, {key: 0.5}):
            return 400, json.dumps(_THROTTLED).encode()
        status, content = engine(request)
        if status == 200:
            found = _SCANNED.search(content)
            units = -(-(int(found[1]) if found else 0) * _ROW_BYTES[key.place] // _READ_UNIT)
            self._limits.add(READ, {key: units - 0.5})
        return status, content


def _key(table: Table, key: Item) -> Key:
    return Key(table.name, key[table.keys[0]]["S"])


@contextmanager
def running(gate: Gate, engine: str) -> Iterator[str]:
    """Run the proxy in front of an engine; yield its address."""

    class Connection(socketserver.StreamRequestHandler):
        """One connection of a client, kept open, and one to the engine behind it."""

        disable_nagle_algorithm = True

        def handle(self) -> None:
            self.behind = http.client.HTTPConnection(urlsplit(engine).netloc)
            while self.rfile.readline():
                self.headers = dict(_headers(self.rfile))
                body = self.rfile.read(int(self.headers["content-length"]))
                operation = self.headers["x-amz-target"].rpartition(".")[2]
                status, content = gate.call(self.ask, operation, json.loads(body))
                kind = "application/x-amz-json-1.0"
                head = f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
                self.wfile.write(head.encode() + content)

        def ask(self, request: Item) -> tuple[int, bytes]:
            """Have the engine answer what the client asks for, or a part of it."""
            passed = {name: self.headers[name] for name in ("authorization", "content-type", "x-amz-date")}
            passed["x-amz-target"] = self.headers["x-amz-target"]
            try:
                self.behind.request("POST", "/", json.dumps(request).encode(), passed)
                answer = self.behind.getresponse()
            except ConnectionError:  # the engine closes what nobody used for a while
                self.behind.close()
                self.behind.request("POST", "/", json.dumps(request).encode(), passed)
                answer = self.behind.getresponse()
            return answer.status, answer.read()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Connection) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def _headers(lines: Any) -> Iterator[tuple[str, str]]:
    while line := lines.readline().strip():
        name, _, value = line.decode().partition(":")
        yield name.lower(), value.strip()
