"""The lean DynamoDB client against servers on this machine that close, hang, refuse, and answer; and its settings."""

import datetime
import ipaddress
import itertools
import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.config
import botocore.session
import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from stock import dynamodb
from stock.dynamodb import UNSURE, ConditionFailed, DynamoDB, DynamoDBError
from stock.partiql import insert, run

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
SETTINGS = (
    *PROXIES, *map(str.lower, PROXIES), "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_DYNAMODB", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT", "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
)  # fmt: skip
ITEM = {"Item": {"Store": {"S": "Berlin"}}}
THROTTLED = {"Code": "ThrottlingError"}
Answer = Callable[["Requests"], None]


class Requests(BaseHTTPRequestHandler):
    """Does with each request what the server was given to do next; the last of these again and again."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_CONNECT()

    def do_CONNECT(self) -> None:
        self.server.requests.append(self.requestline)
        answers = self.server.answers
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def log_message(self, *_: object) -> None:
        """Write no log."""


class Server(ThreadingHTTPServer):
    """A server on a port of 127.0.0.1, and the first lines of the requests that it was sent."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Requests)
        self.answers = list(answers)
        self.requests: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: object) -> None:
        """Write no log of clients that went away."""


def answer(status: int, body: dict[str, Any]) -> Answer:
    """Answer with a status and a body."""

    def give(request: Requests) -> None:
        content = json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return give


def close(request: Requests) -> None:
    """Close the connection without a word."""
    request.close_connection = True


def close_half_way(request: Requests) -> None:
    """Close the connection before the answer is whole."""
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b'{"Item"')
    request.close_connection = True


def hang(request: Requests) -> None:
    """Answer after the client has given up."""
    time.sleep(3 * dynamodb.READ_SECONDS)
    request.close_connection = True


FOUND = answer(200, ITEM)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment without settings, and a client that pauses for moments only."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-central-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr(dynamodb, "_LONGEST_PAUSE", 0.01)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that does not wait for long."""
    monkeypatch.setattr(dynamodb, "CONNECT_SECONDS", 1)
    monkeypatch.setattr(dynamodb, "READ_SECONDS", 1)


@pytest.fixture
def often_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock by which it is too late to repeat a call for the second time."""
    seconds = itertools.count(0, dynamodb.REPEAT_SECONDS * 2 / 3)
    monkeypatch.setattr(dynamodb, "time", SimpleNamespace(monotonic=lambda: next(seconds), sleep=time.sleep))


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """A function that starts a server, which ends with the test."""
    servers: list[Server] = []

    def start(*answers: Answer) -> Server:
        server = Server(*answers)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def client(endpoint: str | None = None) -> DynamoDB:
    """Return the client, as a function makes it, with a configured endpoint or without."""
    with pytest.MonkeyPatch.context() as patch:
        if endpoint:
            patch.setenv("AWS_ENDPOINT_URL", endpoint)
        return DynamoDB(botocore.session.get_session())


def get(endpoint: str) -> Any:
    return client(endpoint).call("GetItem", {"TableName": "Stores", "Key": {"Store": {"S": "Berlin"}}})


@pytest.mark.parametrize(
    ("trouble", "is_unsure"),
    [
        (close, True),
        (close_half_way, True),
        (hang, True),
        (answer(500, {}), True),
        (answer(503, {"__type": "InternalServerError"}), True),
        (answer(400, {"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException"}), False),
        (answer(400, {"__type": "x#TransactionCanceledException", "CancellationReasons": [THROTTLED]}), False),
    ],
)
@pytest.mark.usefixtures("impatient")
def test_a_call_that_fails_twice_is_repeated(serve: Callable[..., Server], trouble: Answer, is_unsure: bool) -> None:
    server = serve(trouble, trouble, FOUND)

    assert get(server.url) == (ITEM | {UNSURE: True} if is_unsure else ITEM)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("before", "held"),
    [
        ([], False),
        ([close], None),
        ([answer(200, {"Responses": [{"Error": {"Code": "InternalServerError"}}]})], None),
        ([answer(200, {"Responses": [{"Error": THROTTLED}]})], False),
    ],
)
def test_whether_a_statement_held_cannot_be_told_if_it_may_have_been_run_before(
    serve: Callable[..., Server], before: list[Answer], held: bool | None
) -> None:
    server = serve(*before, answer(200, {"Responses": [{"Error": {"Code": "DuplicateItem"}}]}))

    assert run(client(server.url), [insert("Inventory", {"Store": "Berlin", "Item": "tea"})]) == [held]


@pytest.mark.parametrize(("patience", "is_enough"), [(20, False), (21, True)])
def test_a_statement_that_is_throttled_is_sent_as_often_as_was_said(
    serve: Callable[..., Server], patience: int, is_enough: bool
) -> None:
    throttled = answer(200, {"Responses": [{"Error": {"Code": "ThrottlingError"}}]})
    server = serve(*[throttled] * 20, answer(200, {"Responses": [{}]}))
    patient = client(server.url)
    patient.times_to_write = patience

    with nullcontext() if is_enough else pytest.raises(TimeoutError):
        assert run(patient, [insert("Inventory", {"Store": "Berlin", "Item": "tea"})]) == [True]
    assert len(server.requests) == patience


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"__type": "com.amazon.coral.validate#ValidationException", "message": "no such table"}, DynamoDBError),
        ({"__type": "x#ConditionalCheckFailedException", "message": "no"}, ConditionFailed),
        (
            {
                "__type": "x#TransactionCanceledException",
                "CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed"}],
            },
            ConditionFailed,
        ),
    ],
)
def test_a_refusal_is_not_repeated(serve: Callable[..., Server], body: dict[str, Any], error: type[Exception]) -> None:
    server = serve(answer(400, body), FOUND)

    with pytest.raises(error) as refusal:
        get(server.url)

    assert type(refusal.value) is error
    assert len(server.requests) == 1


def test_a_server_that_does_not_listen_yet_is_called_again(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(FOUND) as later:
        later.socket.close()
        pauses = []

        def listen(attempt: int) -> None:
            pauses.append(attempt)
            if len(pauses) == 2:
                later.socket = socket.create_server(("127.0.0.1", later.server_port))
                threading.Thread(target=later.serve_forever, args=(0.01,), daemon=True).start()

        monkeypatch.setattr(dynamodb, "pause", listen)

        assert get(later.url) == ITEM | {UNSURE: True}
        assert pauses == [0, 1]
        later.shutdown()


def test_a_call_to_nobody_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as nobody:
        pass
    pauses: list[int] = []
    monkeypatch.setattr(dynamodb, "pause", pauses.append)

    with pytest.raises(EndpointConnectionError):
        get(nobody.url)

    assert pauses == list(range(11))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue of connections is another error")
@pytest.mark.usefixtures("impatient", "often_late")
def test_a_connection_that_does_not_come_about_is_given_up_and_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[int] = []
    monkeypatch.setattr(dynamodb, "pause", pauses.append)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())

        with pytest.raises(ConnectTimeoutError):
            get(f"http://127.0.0.1:{full.getsockname()[1]}")

        assert pauses == [0]
        for each in waiting:
            each.close()


@pytest.mark.usefixtures("impatient", "often_late")
def test_an_answer_that_does_not_come_is_given_up_in_time(serve: Callable[..., Server]) -> None:
    server = serve(hang)

    with pytest.raises(ReadTimeoutError):
        get(server.url)

    assert len(server.requests) == 2


def test_a_fault_of_encryption_is_repeated(serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[int] = []
    monkeypatch.setattr(dynamodb, "pause", pauses.append)
    plain = serve(FOUND)

    with pytest.raises(SSLError):
        get(plain.url.replace("http:", "https:"))

    assert len(pauses) == 11


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "onhand test")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def encrypted(serve: Callable[..., Server], certificate: Path) -> str:
    """The address of a server with the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = serve(FOUND)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server.url.replace("http:", "https:")


@pytest.mark.parametrize("setting", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_certificates_are_trusted_as_the_environment_says(
    encrypted: str, certificate: Path, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, str(certificate))

    assert get(encrypted) == ITEM


def test_certificates_are_trusted_as_the_configuration_file_says(
    encrypted: str, certificate: Path, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text(f"[default]\nca_bundle = {certificate}\n")

    assert get(encrypted) == ITEM


def test_a_certificate_that_is_not_trusted_ends_the_call_at_once(
    encrypted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[int] = []
    monkeypatch.setattr(dynamodb, "pause", pauses.append)

    with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
        get(encrypted)

    assert pauses == []


@pytest.mark.parametrize("setting", ["HTTP_PROXY", "http_proxy"])
def test_requests_go_through_the_proxy(
    serve: Callable[..., Server], setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(FOUND)
    monkeypatch.setenv(setting, proxy.url)

    assert get("http://dynamodb.example:8000") == ITEM
    assert proxy.requests == ["POST http://dynamodb.example:8000/ HTTP/1.1"]


def test_encrypted_requests_go_through_the_proxy(serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = serve(answer(403, {}))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setattr(dynamodb, "REPEAT_SECONDS", 0)

    with pytest.raises(ProxyConnectionError):
        client().call("ListTables", {})

    (request,) = proxy.requests
    assert request.startswith("CONNECT dynamodb.eu-central-1.amazonaws.com:443 ")


def test_no_proxy_is_honoured(serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, server = serve(close), serve(FOUND)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")

    assert get(server.url) == ITEM
    assert (len(proxy.requests), len(server.requests)) == (0, 1)


class Sent(Exception):  # noqa: N818
    """Carries the address that botocore's own client would call."""


def called_by_botocore(session: botocore.session.Session, region: str, fips: bool, dual_stack: bool) -> str:
    config = botocore.config.Config(use_fips_endpoint=fips, use_dualstack_endpoint=dual_stack)
    own: Any = session.create_client("dynamodb", region_name=region, config=config)

    def stop(request: Any, **_: object) -> None:
        raise Sent(request.url)

    own.meta.events.register("before-send.dynamodb.ListTables", stop)
    with pytest.raises(Sent) as sent:
        own.list_tables()
    return str(sent.value)


def test_endpoints_are_those_of_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    session = botocore.session.get_session()
    regions = ("us-east-1", "eu-central-1", "ca-west-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1")
    for region in (*regions, "us-iso-east-1", "us-isob-east-1", "us-new-7"):
        for fips in (False, True):
            for dual_stack in (False, True):
                monkeypatch.setenv("AWS_DEFAULT_REGION", region)
                monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", str(fips))
                monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", str(dual_stack).lower())
                assert endpoint() == called_by_botocore(session, region, fips, dual_stack)


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "https://dynamodb.eu-central-1.amazonaws.com/"),
        ({"AWS_USE_FIPS_ENDPOINT": "true"}, "https://dynamodb-fips.eu-central-1.amazonaws.com/"),
        ({"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "https://dynamodb.eu-central-1.api.aws/"),
        ({"AWS_ENDPOINT_URL": "http://localhost:4566"}, "http://localhost:4566/"),
        ({"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_DYNAMODB": "http://b/"}, "http://b/"),
        ({"AWS_ENDPOINT_URL": "http://a", "AWS_USE_FIPS_ENDPOINT": "true"}, "http://a/"),
        (
            {"AWS_ENDPOINT_URL": "http://a", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
            "https://dynamodb.eu-central-1.amazonaws.com/",
        ),
    ],
)
def test_the_environment_chooses_the_endpoint(
    settings: dict[str, str], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    assert endpoint() == url


def test_the_configuration_file_chooses_the_endpoint(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[default]\nendpoint_url = http://a\nuse_fips_endpoint = true\n")

    assert endpoint() == "http://a/"


def endpoint() -> str:
    """Return the address that a client with the settings of the environment calls."""
    return client()._url


def test_work_is_done_several_at_a_time_and_in_order(serve: Callable[..., Server]) -> None:
    lean = client(serve(FOUND).url)
    together = threading.Barrier(4, timeout=60)

    def work(number: int) -> list[int]:
        together.wait()
        return lean.each(lambda inner: number * inner, [1, 2])

    assert lean.each(work, [1, 2, 3, 4]) == [[1, 2], [2, 4], [3, 6], [4, 8]]
