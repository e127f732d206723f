"""The AWS on this machine: the emulator MiniStack as a process with its state in a folder."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from onhand.console import UserError, warn
from onhand.target import clean_environment

REGION = "us-east-1"
# The emulator takes the key `test` for the account's root. It listens on this machine only.
ACCESS_KEY = SECRET_KEY = "test"  # noqa: S105, the emulator's, and no secret

_READY_SECONDS = 60
# It writes down all that it has: two million rows take more than a minute.
_STOP_SECONDS = 600
_SOON_SECONDS = 20


@dataclass(frozen=True)
class Server:
    """A running emulator."""

    pid: int
    port: int
    started: str

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def running(data: Path) -> Server | None:
    """The emulator that works on this folder, if one does."""
    server = _read_server(data)
    return server if server and _is_alive(data) else None


def start(data: Path, port: int) -> tuple[Server, datetime | None]:
    """Start the emulator on the folder's state.

    If the last one was ended hard (kill -9, power), also returns when that one was started: what came later is lost,
    except objects in buckets.
    """
    if not _is_free(port):
        raise UserError(f"Port {port} is in use by another program. Choose another one with --port.")
    for folder in ("state", "s3", "log"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    _empty(data / "tmp")
    ended_hard = _read_server(data)
    _forget_stream_positions(data / "state" / "lambda.json")
    _move_queues(data, port)
    with (data / "log" / "emulator.log").open("ab") as log, (data / "alive").open("wb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)  # held until the emulator ends, however it ends
        process = subprocess.Popen(
            [sys.executable, "-m", "onhand.emulator"],
            env=_environment(data, port),
            cwd=data,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=[alive.fileno()],
            start_new_session=True,  # Ctrl-C is for us: we stop it when we have tidied up
        )
    # A start that never got ready must not hide that what came before it was ended hard.
    since = ended_hard.started if ended_hard else datetime.now(UTC).isoformat()
    server = Server(process.pid, port, since)
    (data / "server.json").write_text(json.dumps(asdict(server)))
    deadline = time.monotonic() + _READY_SECONDS
    try:
        while not _answers(server):
            if process.poll() is not None or time.monotonic() > deadline:
                raise UserError(f"The local AWS did not start: see {data / 'log' / 'emulator.log'}.")
            time.sleep(0.05)
    except BaseException:
        process.kill()
        process.wait()
        if not ended_hard:
            (data / "server.json").unlink()
        raise
    return server, datetime.fromisoformat(ended_hard.started) if ended_hard else None


def stop(data: Path) -> None:
    """Stop the emulator; only so does it save its state."""
    server = running(data)
    if server is None:
        return
    os.kill(server.pid, signal.SIGTERM)
    begin, warned = time.monotonic(), False
    while _is_alive(data):
        if time.monotonic() > begin + _STOP_SECONDS:
            raise UserError(
                f"The local AWS (process {server.pid}) does not stop. `kill -9 {server.pid}` ends it; the next start "
                "then loads all uploads again."
            )
        if not warned and time.monotonic() > begin + _SOON_SECONDS:
            warn("It writes down all that it has. With millions of rows, that takes a minute or two.")
            warned = True
        time.sleep(0.05)
    _empty(data / "tmp")
    (data / "server.json").unlink()


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """One command at a time starts, deploys or stops what is in a folder."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"Another onhand command is starting or stopping what is in {data}.") from None
        yield


def _read_server(data: Path) -> Server | None:
    try:
        return Server(**json.loads((data / "server.json").read_text()))
    except FileNotFoundError:
        return None


def _environment(data: Path, port: int) -> dict[str, str]:
    return {
        **clean_environment(),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "EDGE_PORT": str(port),
        "AUTH": "true",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "s3"),
        "TMPDIR": str(data / "tmp"),  # it leaves a copy of a function behind for every process of one
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        # Functions run in the environment's own interpreter, which finds their copy of `stock` first.
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


def _forget_stream_positions(state: Path) -> None:
    """The emulator saves how far streams were read, but not the streams: it would skip their first new records."""
    if not state.exists():
        return
    saved = json.loads(state.read_text())
    payload = saved.get("payload", saved)
    positions = payload.get("dynamodb_stream_positions")
    if not positions:
        return
    if "data" in positions:
        positions["data"] = {}
    else:
        payload["dynamodb_stream_positions"] = {}
    fresh = state.with_suffix(".new")
    fresh.write_text(json.dumps(saved))
    fresh.replace(state)


def _move_queues(data: Path, port: int) -> None:
    """The emulator knows queues by addresses with its port in them, and does not find them on another port."""
    mark = data / "port"
    if mark.exists() and (before := mark.read_text()) != str(port):
        for name in ("cloudformation", "lambda", "sqs"):
            state = data / "state" / f"{name}.json"
            if state.exists():
                state.write_text(state.read_text().replace(f"//localhost:{before}/", f"//localhost:{port}/"))
    mark.write_text(str(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _is_alive(data: Path) -> bool:
    """Does the emulator still hold its lock? (A process id of long ago may be another program's now.)"""
    try:
        with (data / "alive").open("rb") as alive:
            fcntl.flock(alive, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _answers(server: Server) -> bool:
    try:
        with urllib.request.urlopen(f"{server.endpoint}/_ministack/ready", timeout=5) as reply:  # noqa: S310, here
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False
