"""AWS's answers at the wire, for what no emulator answers: a small HTTP server on 127.0.0.1 that gives them.

An answer has the form that AWS documents for the call: XML for CloudFormation, STS, SNS and S3, JSON for the others.
"""

import json
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from onhand.stack import Outputs

ACCOUNT = "123456789012"
REGION = "eu-central-1"


class Answer:
    """A status, a body, and how AWS calls the error, if it is one."""

    def __init__(self, body: str = "", status: int = 200, error: str = "") -> None:
        self.body, self.status, self.error = body.encode(), status, error


Said = Answer | Callable[[dict[str, Any]], Answer]


class Answers:
    """What the server answers to each call, and what it was asked."""

    def __init__(self) -> None:
        self.address = ""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._said: dict[str, list[Said]] = {}

    def say(self, call: str, *answers: Said) -> None:
        """Answer a call so, one after the other; the last one is given for ever."""
        self._said[call] = list(answers)

    def answer(self, call: str, parameters: dict[str, Any]) -> Answer:
        self.calls.append((call, parameters))
        said = self._said.get(call)
        if not said:
            return query_error(
                "NotFound" if call.startswith("Describe") else "AccessDenied", f"Nobody said what {call}"
            )
        next_one = said.pop(0) if len(said) > 1 else said[0]
        return next_one if isinstance(next_one, Answer) else next_one(parameters)

    def asked(self, call: str) -> list[dict[str, Any]]:
        """The parameters of every such call."""
        return [parameters for name, parameters in self.calls if name == call]


@contextmanager
def aws() -> Iterator[Answers]:
    """Run the server."""
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="replace")
            call, parameters = _call(self.command, self.path, self.headers.get("X-Amz-Target"), body)
            answer = answers.answer(call, parameters)
            self.send_response(answer.status)
            if answer.error:
                self.send_header("x-amzn-errortype", answer.error)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_one  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    answers.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _call(method: str, path: str, target: str | None, body: str) -> tuple[str, dict[str, Any]]:
    """The name of the call, and its parameters."""
    if target:  # JSON
        return target.rpartition(".")[2], json.loads(body)
    where, _, query = path.partition("?")
    if body.startswith("Action="):
        parameters = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        return parameters.pop("Action"), parameters
    if where.startswith("/2016-08-19/account-settings"):
        return "GetAccountSettings", {}
    if where.startswith("/2015-03-31/functions/"):
        return "GetFunctionConfiguration", {"FunctionName": where.split("/")[3]}
    bucket = where.strip("/").partition("/")[0]
    marks = urllib.parse.parse_qs(query, keep_blank_values=True)
    names = {("HEAD", ""): "HeadBucket", ("GET", "versions"): "ListObjectVersions", ("POST", "delete"): "DeleteObjects"}
    name = names.get((method, next((mark for mark in ("versions", "delete") if mark in marks), "")))
    return name or {"DELETE": "DeleteBucket"}.get(method, f"{method} {path}"), {"Bucket": bucket, "Body": body}


def query(call: str, result: str, service: str = "cloudformation") -> Answer:
    """A successful answer in XML, as CloudFormation, STS and SNS give it."""
    return Answer(
        f'<{call}Response xmlns="http://{service}.amazonaws.com/doc/2010-05-15/"><{call}Result>{result}</{call}Result>'
        f"<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{call}Response>"
    )


def query_error(code: str, message: str) -> Answer:
    """A refusal in XML."""
    return Answer(
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        "<RequestId>1</RequestId></ErrorResponse>",
        400,
        code,
    )


def json_error(code: str, message: str = "", status: int = 400) -> Answer:
    """A refusal of a service that speaks JSON."""
    return Answer(json.dumps({"__type": code, "message": message}), status, code)


def stack(
    status: str,
    outputs: dict[str, str] | None = None,
    parameters: dict[str, str] | None = None,
    name: str = "onhand",
    **more: str,
) -> Answer:
    """DescribeStacks."""
    listed = "".join(
        f"<member><OutputKey>{key}</OutputKey><OutputValue>{value}</OutputValue></member>"
        for key, value in (outputs or {}).items()
    )
    given = "".join(
        f"<member><ParameterKey>{key}</ParameterKey><ParameterValue>{value}</ParameterValue></member>"
        for key, value in (parameters or {}).items()
    )
    tags = {"app": name} if "tags" not in more else {}
    return query(
        "DescribeStacks",
        f"<Stacks><member><StackName>{name}</StackName><StackId>{stack_id(name)}</StackId>"
        f"<CreationTime>{more.get('created', '2026-11-25T08:00:00Z')}</CreationTime><StackStatus>{status}</StackStatus>"
        f"<StackStatusReason>{more.get('reason', '')}</StackStatusReason>"
        f"<EnableTerminationProtection>{more.get('protected', 'false')}</EnableTerminationProtection>"
        f"<Outputs>{listed}</Outputs><Parameters>{given}</Parameters><Tags>"
        + "".join(f"<member><Key>{key}</Key><Value>{value}</Value></member>" for key, value in tags.items())
        + "</Tags></member></Stacks>",
    )


_TOPICS = ("NoStockTopic", "MorningTopic", "TroubleTopic")


def deployed(parameters: dict[str, str] | None = None) -> Answer:
    """DescribeStacks, of an onhand that stands."""
    values = {field.name: f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{field.name}" for field in fields(Outputs)}
    values |= {topic: f"arn:aws:sns:{REGION}:{ACCOUNT}:{topic}" for topic in _TOPICS}
    values |= {name: name for name in values if name.endswith("Table")}
    return stack("CREATE_COMPLETE", values, parameters)


def stack_id(name: str = "onhand") -> str:
    return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/1"


def no_stack(name: str = "onhand") -> Answer:
    """DescribeStacks, of a stack that there is not."""
    return query_error("ValidationError", f"Stack with id {name} does not exist")


def events(*told: tuple[str, str, str], name: str = "onhand") -> Answer:
    """DescribeStackEvents, newest first: logical name (empty for the stack itself), status, reason."""
    members = "".join(
        f"<member><StackId>{stack_id(name)}</StackId><StackName>{name}</StackName><EventId>{number}</EventId>"
        f"<LogicalResourceId>{logical or name}</LogicalResourceId>"
        f"<PhysicalResourceId>{'' if logical else stack_id(name)}</PhysicalResourceId>"
        f"<ResourceStatus>{status}</ResourceStatus><ResourceStatusReason>{reason}</ResourceStatusReason>"
        "<Timestamp>2026-11-25T08:00:00Z</Timestamp></member>"
        for number, (logical, status, reason) in enumerate(told)
    )
    return query("DescribeStackEvents", f"<StackEvents>{members}</StackEvents>")


def resources(*listed: tuple[str, str, str, str]) -> Answer:
    """ListStackResources: logical name, type, physical id, status."""
    members = "".join(
        f"<member><LogicalResourceId>{logical}</LogicalResourceId><ResourceType>{kind}</ResourceType>"
        f"<PhysicalResourceId>{physical}</PhysicalResourceId><ResourceStatus>{status}</ResourceStatus>"
        "<LastUpdatedTimestamp>2026-11-25T08:00:00Z</LastUpdatedTimestamp></member>"
        for logical, kind, physical, status in listed
    )
    return query("ListStackResources", f"<StackResourceSummaries>{members}</StackResourceSummaries>")


def change_set(status: str, *changes: str, reason: str = "") -> Answer:
    """DescribeChangeSet."""
    return query(
        "DescribeChangeSet",
        f"<StackName>onhand</StackName><Status>{status}</Status><StatusReason>{reason}</StatusReason>"
        f"<Changes>{''.join(changes)}</Changes>",
    )


def change(action: str, logical: str, kind: str, physical: str = "", replacement: str = "", *because: str) -> str:
    """One change of a change set."""
    details = "".join(
        f"<member><Target><Attribute>Properties</Attribute><Name>{name}</Name></Target></member>" for name in because
    )
    return (
        f"<member><Type>Resource</Type><ResourceChange><Action>{action}</Action>"
        f"<LogicalResourceId>{logical}</LogicalResourceId><PhysicalResourceId>{physical}</PhysicalResourceId>"
        f"<ResourceType>{kind}</ResourceType><Replacement>{replacement}</Replacement><Details>{details}</Details>"
        "</ResourceChange></member>"
    )


def versions(*keys: str) -> Answer:
    """ListObjectVersions."""
    listed = "".join(f"<Version><Key>{key}</Key><VersionId>v-{key}</VersionId></Version>" for key in keys)
    return Answer(f"<ListVersionsResult><IsTruncated>false</IsTruncated>{listed}</ListVersionsResult>")


def alarms(*listed: tuple[str, str]) -> Answer:
    """DescribeAlarms: physical name, state."""
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:"
    found = [{"AlarmName": name, "AlarmArn": f"{arn}{name}", "StateValue": state} for name, state in listed]
    return Answer(json.dumps({"MetricAlarms": found}))


def s3_error(code: str, status: int) -> Answer:
    """A refusal of S3."""
    return Answer(f"<Error><Code>{code}</Code><Message>{code}</Message></Error>", status)


def keys_in(body: str) -> list[str]:
    """The keys of a DeleteObjects."""
    return re.findall(r"<Key>(.*?)</Key>", body)
