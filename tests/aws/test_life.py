"""Stop, start, another port, kill -9: what is there afterwards."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import free_port

from .conftest import Machine, alerts, machine, put, rows, wait_for

pytestmark = pytest.mark.only_emulator("starts and stops the emulator")

FIRST = b"store,item,count\nLima,Echo Dot,3\nLima,Echo Show,0\n"
SECOND = b"store,item,count\nLima,Echo Dot,0\n"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """An onhand that these tests alone stop and start, one after the other."""
    with machine(tmp_path_factory.mktemp("a life")) as it:
        put(it.stack, "Lima/monday.csv", FIRST)
        wait_for(lambda: len(alerts(it.stack, "Lima")) == 1, "the first alert")
        yield it


def start(here: Machine, *options: str) -> str:
    return here.cli("up", "--detach", "--no-dashboard", *options).stdout


def end_hard(here: Machine) -> None:
    os.kill(here.pid, signal.SIGKILL)
    here.cli("status", expect=1)


def test_stop_and_start_keep_everything_and_the_next_zero_alerts(here: Machine) -> None:
    here.cli("user", "add", "ana@example.com", "--store", "Lima")
    before = here.stack.outputs
    port = here.stack.endpoint
    assert list((here.data / "tmp").iterdir()), "functions ran"
    here.cli("down")
    assert not list((here.data / "tmp").iterdir()), "and left nothing behind"
    deployed = (here.data / "deployed.json").stat().st_mtime_ns
    start(here, "--port", str(port).rpartition(":")[2])
    assert (here.data / "deployed.json").stat().st_mtime_ns == deployed, "so it starts within seconds"
    stack = here.stack
    assert stack.outputs == before
    assert rows(stack, "Lima") == {"Echo Dot": 3, "Echo Show": 0}
    assert len(alerts(stack, "Lima")) == 1
    assert "ana@example.com" in here.cli("user", "list").stdout
    assert (
        stack.s3.get_object(Bucket=stack.outputs.UploadsBucket, Key="uploads/Lima/monday.csv")["Body"].read() == FIRST
    )
    assert "Deploy the stack" in start(here)  # twice in a row: nothing happens
    put(stack, "Lima/tuesday.csv", SECOND)
    wait_for(lambda: {"Echo Dot", "Echo Show"} <= {a["Item"] for a in alerts(stack, "Lima")}, "the second alert")


@pytest.mark.long
def test_it_moves_to_another_port(here: Machine) -> None:
    here.cli("down")
    port = free_port()
    start(here, "--port", str(port))
    assert here.stack.endpoint == f"http://127.0.0.1:{port}"
    assert f":{port}" in here.stack.outputs.DashboardUrl
    assert put(here.stack, "Lima/moved.csv", b"store,item,count\nLima,Echo Tap,1\n")["State"] == "loaded"


def test_after_kill_9_it_mends_itself_from_the_bucket(here: Machine) -> None:
    here.cli("withdraw", "uploads/Lima/tuesday.csv", "--reason", "it came before the last start")
    assert rows(here.stack, "Lima")["Echo Dot"] == 3
    put(here.stack, "Lima/wednesday.csv", b"store,item,count\nLima,Echo Look,7\n")
    port = str(here.stack.endpoint).rpartition(":")[2]
    end_hard(here)
    said = here.cli("up", "--detach", "--no-dashboard", "--port", port)
    assert "not stopped cleanly" in said.stderr
    wait_for(lambda: rows(here.stack, "Lima").get("Echo Look") == 7, "the row that was lost")
    wait_for(lambda: rows(here.stack, "Lima")["Echo Dot"] == 3, "the withdrawal that was lost")


def test_a_taken_port_is_an_error_that_names_the_option(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = Machine(tmp_path / "data").cli("up", "--port", str(port), expect=1)
    assert f"Port {port} is in use" in said.stderr
    assert "--port" in said.stderr


def test_nothing_is_written_to_the_home_folder(here: Machine) -> None:
    assert list((here.data.parent / "home").iterdir()) == []


def test_destroy_leaves_nothing(tmp_path: Path) -> None:
    with machine(tmp_path / "gone") as it:
        said = it.cli("destroy", "--yes", expect=1).stderr
        assert "add --with-data. Nothing was deleted." in " ".join(said.split())
        assert it.data.exists()
        it.cli("destroy", "--yes", "--with-data")
        assert not it.data.exists()
        it.cli("status", expect=1)
