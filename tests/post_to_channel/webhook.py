"""A webhook as Slack and Teams have them: an http server that answers as the test says."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Webhook:
    """What was posted, by path; and the answers to come: status, text and headers, 200 when there is none left."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.posts: list[tuple[str, Any]] = []
        self.answers: list[tuple[int, str, dict[str, str]]] = []

    def posted(self) -> list[Any]:
        """Take what was posted since the last time."""
        return [self.posts.pop(0)[1] for _ in range(len(self.posts))]


@contextmanager
def webhook() -> Iterator[Webhook]:
    """Run a webhook on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/json"
            post = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            it.posts.append((self.path, post))
            status, text, headers = it.answers.pop(0) if it.answers else (200, "ok", {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
            """Say nothing of each request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    it = Webhook(server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield it
    finally:
        server.shutdown()
        server.server_close()
