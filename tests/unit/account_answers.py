"""A server on this machine that gives answers of AWS which no emulator gives, at the wire.

An answer is AWS's own as its API reference shows it: status, headers and body as they come from the service.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest

from onhand.stack import Outputs
from onhand.target import target

Answer = tuple[int, str]
"""Status and body."""


class Answers:
    """What was asked (action or path, with the values of the request), and what is answered to each action."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.by_action: dict[str, Answer | Callable[[dict[str, Any]], Answer]] = {}

    def values(self, action: str) -> list[dict[str, Any]]:
        """The requests for one action."""
        return [values for asked, values in self.asked if asked == action]

    def answer(self, path: str, target: str | None, body: bytes) -> Answer:
        """Note a request, and answer it."""
        if target:  # services that speak JSON (SQS, Cognito, KMS) name the action in a header
            action, values = target.rpartition(".")[2], json.loads(body or b"{}")
        elif body:  # those that speak Query (SNS, CloudFormation, STS) in the body
            values = dict(parse_qsl(body.decode()))
            action = values["Action"]
        else:  # Lambda by the path
            action, values = path.rstrip("/"), {}
        self.asked.append((action, values))
        found = self.by_action.get(action, (404, f"<ErrorResponse>{action}</ErrorResponse>"))
        return found(values) if callable(found) else found


@contextmanager
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """A server that stands for AWS: whatever is created with `--aws` speaks to it, and to nobody else."""
    it = Answers()
    server = serve(it)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name, value in vars(target).items():  # the command line sets all of them
        monkeypatch.setattr(target, name, value)
    monkeypatch.setattr(target, "aws", True)
    monkeypatch.setattr(target, "region", "eu-central-1")
    yield it
    server.shutdown()
    server.server_close()


def serve(answers: Answers) -> ThreadingHTTPServer:
    """A server on 127.0.0.1 that is not yet started."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, text = answers.answer(self.path, self.headers.get("X-Amz-Target"), body)
            self.send_response(status)
            kind = "application/x-amz-json-1.0" if text.startswith("{") else "text/xml"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST  # noqa: N815 - the name is http.server's

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
            """Say nothing of each request."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def result(action: str, inner: str = "", service: str = "sns", version: str = "2010-03-31") -> Answer:
    """The answer of a service that speaks Query."""
    space = f"http://{service}.amazonaws.com/doc/{version}/"
    body = f"<{action}Result>{inner}</{action}Result>"
    return 200, f'<{action}Response xmlns="{space}">{body}<ResponseMetadata/></{action}Response>'


def error(code: str, message: str, status: int = 400) -> Answer:
    """The refusal of a service that speaks Query."""
    return status, (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    )


def json_error(code: str, message: str) -> Answer:
    """The refusal of a service that speaks JSON."""
    return 400, json.dumps({"__type": code, "message": message})


def one_line(text: str) -> str:
    """What a terminal broke into lines, in one."""
    return re.sub(r"\s+", " ", text)


def stack_outputs(account: str, region: str, parameters: dict[str, str] | None = None) -> Answer:
    """DescribeStacks of a deployed onhand."""
    names = [field.name for field in fields(Outputs)]
    values = {name: f"https://sqs.{region}.amazonaws.com/{account}/{name}" for name in names}
    values |= {topic: f"arn:aws:sns:{region}:{account}:{topic}" for topic in ("NoStockTopic", "TroubleTopic")}
    outputs = "".join(
        f"<member><OutputKey>{name}</OutputKey><OutputValue>{value}</OutputValue></member>"
        for name, value in values.items()
    )
    given = "".join(
        f"<member><ParameterKey>{name}</ParameterKey><ParameterValue>{value}</ParameterValue></member>"
        for name, value in (parameters or {}).items()
    )
    inner = f"<StackStatus>CREATE_COMPLETE</StackStatus><Outputs>{outputs}</Outputs><Parameters>{given}</Parameters>"
    return result("DescribeStacks", f"<Stacks><member>{inner}</member></Stacks>", "cloudformation", "2010-05-15")
