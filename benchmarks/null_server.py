"""A server that answers every call to DynamoDB and S3 at once, so that what is measured is what the client costs.

It stores nothing that is written. Files and rows are put there beforehand; a Query finds the rows, a BatchGetItem the
summaries of their stores:

    PUT /-/state          {"token": order token of the rows, "stores": {store: [[item, count], …]}}
    PUT /-/bucket/<key>   a file

Run as `python -m benchmarks.null_server PORT`.
"""

import asyncio
import json
import sys
from functools import cache
from typing import Any

_PAGE = 1_000_000  # bytes of items that a Query reads at a time
_ROW = '{"Item":{"S":"%s"},"Count":{"N":"%d"},"AsOf":{"S":"%s"}%s}'  # as our Query asks for it
_SHORT = ',"Short":{"S":"out"},"Since":{"S":"2026-11-22T09:00:00.000Z"}'
_TABLE = {"Table": {"TableStatus": "ACTIVE", "KeySchema": [{"AttributeName": "Store", "KeyType": "HASH"}]}}


class State:
    """What the server knows: files, summaries of stores, and the pages of their rows as answers to a Query."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.summaries: dict[str, dict[str, Any]] = {}  # store → its item in the table Stores
        self.pages: dict[tuple[str, str], bytes] = {}  # (store, item after which the page begins) → answer

    def put_rows(self, token: str, stores: dict[str, list[tuple[str, int]]]) -> None:
        self.pages.clear()
        self.summaries = {store: _summary(store, token, [count for _, count in rows]) for store, rows in stores.items()}
        for store, rows in stores.items():
            # Sizes as DynamoDB counts them: names of attributes, texts, and a number as half its digits and one.
            size = len("StoreItemCountAsOf") + len(store) + len(token) + 3
            rows_a_page = _PAGE // (size + len(rows[0][0]))
            for at in range(0, len(rows), rows_a_page):
                page = rows[at : at + rows_a_page]
                items = ",".join(_ROW % (item, count, token, "" if count else _SHORT) for item, count in page)
                last = ""
                if at + rows_a_page < len(rows):
                    last = f',"LastEvaluatedKey":{{"Store":{{"S":"{store}"}},"Item":{{"S":"{page[-1][0]}"}}}}'
                answer = f'{{"Items":[{items}],"Count":{len(page)},"ScannedCount":{len(page)}{last}}}'
                self.pages[store, rows[at - 1][0] if at else ""] = answer.encode()

    def answer(self, operation: bytes, body: bytes) -> bytes:
        if operation == b"BatchExecuteStatement":
            return _responses(body.count(b'"Statement":'))
        if operation == b"BatchWriteItem":
            return b'{"UnprocessedItems":{}}'
        if operation == b"Query":
            return self._query(json.loads(body))
        if operation == b"BatchGetItem":
            return self._get(json.loads(body)["RequestItems"])
        if operation == b"DescribeTable":
            return json.dumps(_TABLE).encode()
        if operation == b"UpdateItem":
            return b'{"Attributes":{}}'
        return b"{}"

    def _get(self, requests: dict[str, Any]) -> bytes:
        found: dict[str, list[Any]] = {}
        for table, request in requests.items():
            stores = [key["Store"]["S"] for key in request["Keys"]] if table.endswith("Stores") else []
            found[table] = [self.summaries[store] for store in stores if store in self.summaries]
        return json.dumps({"Responses": found, "UnprocessedKeys": {}}, separators=(",", ":")).encode()

    def _query(self, query: dict[str, Any]) -> bytes:
        store = query["ExpressionAttributeValues"].get(":s", {"S": ""})["S"]
        start = query.get("ExclusiveStartKey", {"Item": {"S": ""}})["Item"]["S"]
        return self.pages.get((store, start), b'{"Items":[],"Count":0,"ScannedCount":0}')


def _summary(store: str, token: str, counts: list[int]) -> dict[str, Any]:
    numbers = {"Items": len(counts), "Units": sum(counts), "Out": counts.count(0), "Low": 0, "Version": 1}
    texts = {"Store": store, "LastUpload": token, "LastUploadAt": token.partition("-")[0], "SummedBy": "an attempt"}
    return {name: {"N": str(number)} for name, number in numbers.items()} | {
        name: {"S": text} for name, text in texts.items()
    }


@cache
def _responses(count: int) -> bytes:
    return json.dumps({"Responses": [{"TableName": "Inventory"}] * count}, separators=(",", ":")).encode()


class Connection(asyncio.Protocol):
    """One connection of a client, kept open."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._received = bytearray()
        self._continued = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            first, *lines = bytes(self._received[:end]).split(b"\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(b": ") for line in lines)}
            size = int(headers.get(b"content-length", b"0"))
            if len(self._received) < end + 4 + size:
                if b"expect" in headers and not self._continued:
                    self._continued = True
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            self._continued = False
            body = bytes(self._received[end + 4 : end + 4 + size])
            del self._received[: end + 4 + size]
            method, path, _ = first.split(b" ")
            self._respond(method, path.decode().partition("?")[0], headers.get(b"x-amz-target", b""), body)

    def _respond(self, method: bytes, path: str, target: bytes, body: bytes) -> None:
        kind = b"application/x-amz-json-1.0"
        answer = b""
        if target:
            answer = self._state.answer(target.rpartition(b".")[2], body)
        elif path == "/-/state":
            self._state.put_rows(**json.loads(body))
        elif path.startswith("/-/"):
            self._state.files[path.removeprefix("/-")] = body
        elif method == b"GET":
            kind, answer = b"text/csv", self._state.files.get(path, b"")
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (kind, len(answer), answer)
        )


async def serve(port: int) -> None:
    """Serve on 127.0.0.1 until the process is ended."""
    state = State()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(state), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
