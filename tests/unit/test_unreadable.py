"""A file that S3 does not give out: refused in words where its sender can help it, tried again where she cannot."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from load_inventory.upload import Upload
from load_inventory.uploaded_file import open_upload
from read_file.csv_rows import Refused
from tests.engines import client

UPLOAD = Upload.of_event(
    {
        "eventTime": "2026-11-22T08:36:52.123Z",
        "s3": {"bucket": {"name": "uploads"}, "object": {"key": "uploads/Berlin/a.csv", "size": 3, "sequencer": "01"}},
    }
)
ROLE = (
    "User: arn:aws:sts::111122223333:assumed-role/onhand-LoadInventoryRole/Load-Inventory is not authorized to perform:"
)
KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SSE_C = (
    "The object was stored using a form of Server Side Encryption."
    " The correct parameters must be provided to retrieve the object."
)
NO_SUCH_KEY = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region,"
    " or you are not allowed to access."
)

Open = Callable[[int, str, str], Any]


@pytest.fixture
def open_file() -> Iterator[Open]:
    """Opens a file in an S3 that gives this answer: HTTP status, code and message, as S3 words them."""
    answer: list[tuple[int, str, str]] = []

    class S3(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, code, message = answer[0]
            body = (
                f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
            )
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
            """Say nothing of each request."""

    with ThreadingHTTPServer(("127.0.0.1", 0), S3) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        clients: Any = SimpleNamespace(s3=client("s3", f"http://127.0.0.1:{server.server_port}"))

        def open_file(status: int, code: str, message: str) -> Any:
            answer[:] = [(status, code, message)]
            return open_upload(clients, UPLOAD)

        yield open_file
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "code", "message", "told"),
    [
        (404, "NoSuchKey", "The specified key does not exist.", "deleted before it could be read"),
        (403, "InvalidObjectState", "The operation is not valid for the object's storage class", "archive"),
        (
            400,
            "InvalidRequest",
            SSE_C,
            "SSE-C",
        ),
        (
            403,
            "AccessDenied",
            f"{ROLE} kms:Decrypt on resource: {KEY} because no identity-based policy allows it",
            "KMS",
        ),
        (
            403,
            "AccessDenied",
            NO_SUCH_KEY,
            "KMS",
        ),
        (400, "KMS.DisabledException", f"{KEY} is disabled.", "KMS"),
        (400, "KMS.NotFoundException", f"Key '{KEY}' does not exist", "KMS"),
        (400, "KMS.KMSInvalidStateException", f"{KEY} is pending deletion.", "KMS"),
    ],
)
def test_a_mistake_of_the_sender_is_refused_in_words(
    open_file: Open, status: int, code: str, message: str, told: str
) -> None:
    with pytest.raises(Refused, match=told) as refused:
        open_file(status, code, message)
    assert "Upload it again" in str(refused.value)


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (403, "AccessDenied", "Access Denied"),
        (403, "AccessDenied", f"{ROLE} s3:GetObject on resource: uploads/Berlin/a.csv because no policy allows it"),
        (400, "InvalidRequest", "Missing required header for this request"),
        (400, "KMS.ThrottlingException", "You have exceeded the rate at which you may call KMS."),
    ],
)
def test_a_fault_of_the_deployment_is_tried_again(open_file: Open, status: int, code: str, message: str) -> None:
    with pytest.raises(ClientError, match=code):
        open_file(status, code, message)
