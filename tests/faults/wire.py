"""A proxy at the wire, in front of an engine: it lets calls through, and one of them goes wrong as planned.

It listens on this machine only.
"""

import http.client
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.faults.call import Answer, Request, do_a_part, refusal
from tests.faults.plan import Fault, Plan

_SLOW_SECONDS = 2.0
_LONGEST_WAIT = 60.0
"""Seconds, until a client hangs up."""
_OF_CONNECTIONS = frozenset({"connection", "content-length", "expect", "keep-alive", "transfer-encoding"})


class _Connection(BaseHTTPRequestHandler):
    """One connection of a client, kept open."""

    engine: str
    plan: Plan
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _take(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        assert "transfer-encoding" not in headers, "the length of a body must be said"
        body = self.rfile.read(int(headers.get("content-length", 0)))
        request = Request(self.command, self.path, headers, body)
        fault = self.plan.next(request.name)
        if fault is None:
            self._answer(self._ask(request))
        elif fault in (Fault.THROTTLED, Fault.ERROR, Fault.EXPIRED):
            self._answer(refusal(request.service, fault))
        elif fault == Fault.UNPROCESSED:
            self._answer(do_a_part(request, self._ask))
        else:
            self._break(fault, self._ask(request) if fault.has_effect else Answer(500, [], b""))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _take  # noqa: N815 - the names are http.server's

    def _break(self, fault: Fault, answer: Answer) -> None:
        """Keep back the answer, or a part of it."""
        match fault:
            case Fault.SLOW:
                time.sleep(_SLOW_SECONDS)
                self._answer(answer)
                return
            case Fault.TIME_OUT_BEFORE | Fault.TIME_OUT_AFTER:
                self.connection.settimeout(_LONGEST_WAIT)
                self.rfile.read(1)  # it comes to its end when the client hangs up
            case Fault.RESET_BEFORE | Fault.RESET_AFTER:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                os.close(self.connection.detach())
            case Fault.HALF:
                head, half = self._head(answer), len(answer.content) // 2
                self.wfile.write(head + answer.content[:half] if answer.content else head[: len(head) // 2])
            case Fault.KILLED_BEFORE | Fault.KILLED_AFTER:
                os.kill(self.plan.pid, signal.SIGKILL)
        self.close_connection = True

    def _ask(self, request: Request) -> Answer:
        """Have the engine answer."""
        behind = http.client.HTTPConnection(urlsplit(self.engine).netloc, timeout=_LONGEST_WAIT)
        headers = {name: value for name, value in request.headers.items() if name not in _OF_CONNECTIONS}
        behind.request(request.method, request.path, request.body, headers)
        answer = behind.getresponse()
        content = answer.read()
        behind.close()
        return Answer(answer.status, answer.getheaders(), content)

    def _answer(self, answer: Answer) -> None:
        self.wfile.write(self._head(answer) + answer.content)

    def _head(self, answer: Answer) -> bytes:
        length = str(len(answer.content))
        if self.command == "HEAD":  # it says how long the answer to a GET is
            length = {name.lower(): value for name, value in answer.headers}.get("content-length", length)
        kept = [(name, value) for name, value in answer.headers if name.lower() not in _OF_CONNECTIONS]
        lines = [f"HTTP/1.1 {answer.status} -", *(f"{name}: {value}" for name, value in kept)]
        return "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode("latin-1")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing of each request."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that is gone: it was killed, or waits no longer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def wire(engine: str, plan: Plan) -> Iterator[str]:
    """Run a proxy in front of an engine, given by its address; yield its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Connection", (_Connection,), {"engine": engine, "plan": plan}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
