"""Calls of AWS as they are on the wire: what is called, and how each service refuses, or does a part of it."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from tests.faults.plan import Fault

_TABLE = re.compile(r'^(\w+)(?: INTO| FROM)? "[^"]*?(\w+)"(?: SET "(\w+)")?')
_JSON = "application/x-amz-json-1.0"


@dataclass(frozen=True)
class Request:
    """A request of HTTP; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def service(self) -> str:
        """Whose call it is: `dynamodb`, `sqs`, `ssm`, `sns`, `ses`, `s3`, or `webhook`."""
        target = self.headers.get("x-amz-target", "")
        for begins, name in (("DynamoDB", "dynamodb"), ("AmazonSQS", "sqs"), ("AmazonSSM", "ssm")):
            if target.startswith(begins):
                return name
        if "authorization" not in self.headers:
            return "webhook"
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return "sns"
        return "ses" if self.path.startswith("/v2/email") else "s3"

    @property
    def name(self) -> str:
        """What is called, of which tables, as the matrix says it."""
        operation = self.headers.get("x-amz-target", "").rpartition(".")[2]
        match self.service:
            case "dynamodb":
                return f"{operation} {', '.join(dict.fromkeys(_tables(json.loads(self.body))))}"
            case "sqs" | "ssm":
                return operation
            case "sns":
                return parse_qs(self.body.decode())["Action"][0]
            case "ses":
                return "SendEmail"
            case "s3":
                return f"{self.method} {self.path.split('/')[2]}/"
        return f"{self.method} /"


@dataclass(frozen=True)
class Answer:
    """An answer of HTTP, without the headers that its connection needs."""

    status: int
    headers: list[tuple[str, str]]
    content: bytes


Ask = Callable[[Request], Answer]
"""Has the engine answer a request."""


def refusal(service: str, fault: Fault) -> Answer:
    """Return the answer with which a service refuses a call: it is throttled, has a fault, or the token is expired."""
    status, code = _REFUSALS[service][fault]
    message = f"made up by a test: {fault}"
    if service == "webhook":
        return Answer(status, [("Retry-After", "1")] if status == 429 else [], message.encode())
    if service in ("s3", "sns"):
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        xml = error if service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"
        return Answer(status, [("Content-Type", "text/xml")], xml.encode())
    body = json.dumps({"__type": f"com.amazonaws#{code}", "message": message}).encode()
    return Answer(status, [("Content-Type", _JSON), ("x-amzn-errortype", code)], body)


_REFUSALS = {
    service: {Fault.THROTTLED: throttled, Fault.ERROR: (500, error), Fault.EXPIRED: expired}
    for service, throttled, error, expired in (
        ("dynamodb", (400, "ThrottlingException"), "InternalServerError", (400, "ExpiredTokenException")),
        ("sqs", (400, "RequestThrottled"), "InternalError", (403, "ExpiredToken")),
        ("ssm", (400, "ThrottlingException"), "InternalServerError", (400, "ExpiredTokenException")),
        ("ses", (429, "TooManyRequestsException"), "InternalServiceErrorException", (403, "ExpiredTokenException")),
        ("sns", (400, "Throttling"), "InternalFailure", (403, "ExpiredToken")),
        ("s3", (503, "SlowDown"), "InternalError", (400, "ExpiredToken")),
        ("webhook", (429, ""), "", (403, "")),
    )
}


def do_a_part(request: Request, ask: Ask) -> Answer:
    """Have every second item of a batch done, and the others, beginning with the first, come back as not processed."""
    some, nothing, complete = _PARTS[request.name.split()[0]](json.loads(request.body))
    done = nothing
    if some:
        answer = ask(replace(request, body=json.dumps(some).encode()))
        assert answer.status == 200, answer
        done = json.loads(answer.content)
    # Without the engine's headers: its checksum would be wrong.
    return Answer(200, [("Content-Type", _JSON)], json.dumps(complete(done)).encode())


Body = dict[str, Any]
Part = tuple[Body | None, Body, Callable[[Body], Body]]
"""What is asked of the engine (None: nothing is left), its answer to nothing, and what makes its answer complete."""


def _some_keys(asked: Body) -> Part:
    tables = asked["RequestItems"].items()
    left = {table: part | {"Keys": part["Keys"][::2]} for table, part in tables}
    some = {table: part | {"Keys": keys} for table, part in tables if (keys := part["Keys"][1::2])}
    return {"RequestItems": some} if some else None, {"Responses": {}}, lambda done: done | {"UnprocessedKeys": left}


def _some_statements(asked: Body) -> Part:
    refused = {"Error": {"Code": "ThrottlingError", "Message": "made up by a test"}}
    number, some = len(asked["Statements"]), asked["Statements"][1::2]

    def complete(done: Body) -> Body:
        responses = iter(done["Responses"])
        return {"Responses": [next(responses) if at % 2 else refused for at in range(number)]}

    return {"Statements": some} if some else None, {"Responses": []}, complete


def _some_messages(asked: Body) -> Part:
    refused, some = asked["Entries"][::2], asked["Entries"][1::2]
    failed = [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in refused]
    return asked | {"Entries": some} if some else None, {"Successful": []}, lambda done: done | {"Failed": failed}


_PARTS: dict[str, Callable[[Body], Part]] = {
    "BatchGetItem": _some_keys,
    "BatchExecuteStatement": _some_statements,
    "SendMessageBatch": _some_messages,
}


def _tables(request: dict[str, Any]) -> Iterable[str]:
    """Yield the tables of a call, without their prefix; those of statements with what is done to them."""
    if "TableName" in request:
        yield request["TableName"].rpartition("-")[2]
    for name in request.get("RequestItems", {}):
        yield name.rpartition("-")[2]
    for statement in request.get("Statements", ()):
        found = _TABLE.match(statement["Statement"])
        assert found, statement
        verb, table, attribute = found.groups()
        yield f"{verb} {table}{f'.{attribute}' if attribute else ''}"
    for write in request.get("TransactItems", ()):
        for verb, of in write.items():
            yield f"{verb} {of['TableName'].rpartition('-')[2]}"
