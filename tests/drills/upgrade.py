"""The upgrade drill: a stack of the version before is upgraded in place while stores upload, and rolled back.

Both versions deploy with their own command line and template. Stores send files all the time, some of them with items
that run out. After the upgrade, after the rollback and after the second upgrade, every upload must be loaded; rows,
marks, summaries and open alerts must be what a plain fold over the files says; and no message may be given up.

The emulator is the one of this version from the beginning: an upgrade of AWS is not what is drilled.
"""
# ruff: noqa: T201

import argparse
import os
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from onhand import local
from onhand.stack import Aws
from onhand.target import ROOT
from tests import engines
from tests.drills.found import Right, given_up, outputs, states, wrong_alerts, wrong_stock
from tests.drills.patience import wait_until_right
from tests.order.fold import Row

FIRST_VERSION = "ed145e8"
"""0.1.0, which has no tag."""

_STORES, _ITEMS = 6, 20
_PAUSE = 0.5  # seconds between two uploads
_UPLOADS_A_PHASE = 20
_COME_AGAIN = "60"  # seconds after which messages come again whose invocation was killed
_HOLDS_DATA = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool", "AWS::SQS::Queue")


def main() -> None:
    """Drill, and print what was done in words."""
    parser = argparse.ArgumentParser(prog="make upgrade-drill VERSION=…")
    parser.add_argument("version", nargs="?", help="a tag or commit; else the last tag, else 0.1.0")
    version = parser.parse_args().version or last_version()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before"
        try:
            unpack(version, before)
        except subprocess.CalledProcessError:
            sys.exit(f"✗ {version} is not in this clone: `git fetch --unshallow --tags` brings it")
        for line in not_in_place(_template(before), _template(ROOT)):
            print(f"✗ The upgrade is not in place on AWS. {line}")
        lost = not_in_place(_template(ROOT), _template(before))
        for line in lost:
            print(f"! The way back loses something. {line}")
        with _emulator(Path(folder) / "data") as endpoint:
            _drill(version, before, Path(folder) / "data", endpoint, loses=bool(lost))
    print(f"Upgraded from {version}, rolled back and upgraded again, in {time.monotonic() - began:.0f} s")


def last_version() -> str:
    """Return the last tag, or 0.1.0 if there is none."""
    found = _git("describe", "--tags", "--abbrev=0", "--match", "v*", check=False)
    return found.stdout.decode().strip() or FIRST_VERSION


def unpack(version: str, folder: Path) -> None:
    """Put the files of a version into a folder."""
    with tarfile.open(fileobj=BytesIO(_git("archive", version).stdout)) as archive:
        archive.extractall(folder, filter="data")


def not_in_place(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return, in words, what of a template CloudFormation cannot bring about without losing data, or not in one update.

    That is so of what holds data and goes, and of tables whose keys change, or that get or lose more than one index:
    DynamoDB takes one change of an index at a time. The emulator minds none of it.
    """
    found = []
    for name, old in before["Resources"].items():
        if old["Type"] not in _HOLDS_DATA:
            continue
        new = after["Resources"].get(name)
        if new is None or new["Type"] != old["Type"]:
            found.append(f"{name} is gone, and all that is in it")
        elif old["Type"] == "AWS::DynamoDB::Table":
            found += [f"{name}: {what}" for what in _of_table(old["Properties"], new["Properties"])]
    return found


def _of_table(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    if old["KeySchema"] != new["KeySchema"]:
        yield "other keys, so it is replaced by an empty one"
    before, after = ({one["IndexName"]: one for one in table.get("GlobalSecondaryIndexes", [])} for table in (old, new))
    # One that is changed is deleted and created.
    changed = [name for name in before.keys() & after.keys() if _shape(before[name]) != _shape(after[name])]
    moves = len(before.keys() ^ after.keys()) + 2 * len(changed)
    if moves > 1:
        yield f"{moves} changes of indexes, and DynamoDB takes one in an update"


def _shape(index: dict[str, Any]) -> tuple[Any, Any]:
    return index["KeySchema"], index["Projection"]


# ---- The drill ------------------------------------------------------------------------------------------------------


def _drill(version: str, before: Path, data: Path, endpoint: str, loses: bool) -> None:
    """Drill. `loses`: the version before does not know tables or queues of this one."""
    old, new = (Onhand(tree, data) for tree in (before, ROOT))
    _step(f"deployed {version}", old.deploy)
    with Stores(endpoint, loses) as stores:
        stores.wait_for_uploads()
        _step("upgraded while stores upload", new.deploy)
        stores.wait_for_uploads()
        _bring_up_to_date(new, loses)
        stores.check("after the upgrade")
        _step(f"rolled back to {version} while stores upload", old.deploy)
        stores.wait_for_uploads()
        if loses:
            _step("onhand replay, of that version", lambda: old.run("replay", "--no-wait"))
        stores.check("after the rollback", alerts=not loses)  # it does not know what people were told by the new one
        _step("upgraded again while stores upload", new.deploy)
        stores.wait_for_uploads()
        _bring_up_to_date(new, loses)
        stores.check("after the second upgrade")
    stores.check("when all stores have closed")
    wait_until_right(lambda: new.complains("doctor"))
    print("✓ the doctor finds nothing")


def _bring_up_to_date(new: "Onhand", loses: bool) -> None:
    """What docs/deploy.md says is to be done after an upgrade; while stores upload."""
    arguments = ["replay", "--lost"] if loses else ["replay"]
    _step(f"onhand {' '.join(arguments)}", lambda: new.run(*arguments))
    # On a busy machine, what stores send meanwhile is longer on its way than the doctor waits for its second look.
    _step("onhand doctor --repair", lambda: wait_until_right(lambda: new.complains("doctor", "--repair", "--yes")))


def _step(what: str, do: Callable[[], None]) -> None:
    began = time.monotonic()
    do()
    print(f"✓ {what} ({time.monotonic() - began:.1f} s)", flush=True)


class Onhand:
    """The command line of one version, on the onhand of a data folder."""

    def __init__(self, tree: Path, data: Path) -> None:
        self._tree, self._data = tree, data

    def deploy(self) -> None:
        """Deploy this version. What would lose data is agreed to, if it asks."""
        arguments = ("deploy", "--no-dashboard", "--yes")
        code, said = self._run(*arguments)
        if code and (lost := re.findall(r"--replace (\w+)", said)):
            print(f"! It asked whether these may be lost: {', '.join(lost)}", flush=True)
            self.run(*arguments, *(f"--replace={name}" for name in lost))
        elif code:
            raise ChildProcessError(said)

    def run(self, *arguments: str) -> None:
        """Run a command. Raises ChildProcessError, with what it said, if it fails."""
        if said := self.complains(*arguments):
            raise ChildProcessError(said)

    def complains(self, *arguments: str) -> str:
        """Run a command; return what it said if it fails, else nothing."""
        code, said = self._run(*arguments)
        return f"onhand {' '.join(arguments)}: exit code {code}\n{said}" if code else ""

    def _run(self, *arguments: str) -> tuple[int, str]:
        paths = {"PYTHONPATH": f"{self._tree / 'functions'}{os.pathsep}{self._tree}", "ONHAND_DATA": str(self._data)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ONHAND_"))}
        done = subprocess.run(
            [sys.executable, "-c", "from onhand.program import run; run()", *arguments],
            cwd=self._tree,
            env=kept | paths | {"COLUMNS": "300", "TERM": "dumb"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


class Stores:
    """Stores that upload one file after the other, and what must come of that.

    `loses`: of two versions one does not know the messages that the other one leaves in the queues.
    """

    def __init__(self, endpoint: str, loses: bool) -> None:
        self._loses = loses
        self._aws = Aws(endpoint=endpoint)
        found = outputs(self._aws)
        self._s3, self._bucket = self._aws.s3, found["UploadsBucket"]
        # A deployment kills running invocations on the emulator, and AWS does not: nobody waits 90 minutes for that.
        for queue in (found["UploadsQueueUrl"], found["AlertsQueueUrl"]):
            self._aws.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": _COME_AGAIN})
        self._right = Right({}, {})
        self._busy = threading.Lock()  # who has it sends, or looks at a moment at which nobody sends
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send_all)

    def __enter__(self) -> "Stores":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def wait_for_uploads(self) -> None:
        """Wait until some more uploads were sent and loaded."""
        wanted = len(self._right.ends) + _UPLOADS_A_PHASE

        def missing() -> str:
            loaded = list(states(self._aws).values()).count("loaded")
            return f"{loaded} of {wanted} uploads loaded" if loaded < wanted else ""

        wait_until_right(missing)

    def check(self, when: str, alerts: bool = True) -> None:
        """Hold the stores for a moment, and compare everything. Raises TimeoutError if it does not come right.

        Without `alerts`, open alerts are only told of, and so are messages that were given up, if some must be.
        """
        aws, right = self._aws, self._right

        def wrong() -> str:
            of_alerts = wrong_alerts(aws, right) if alerts else []
            return "; ".join([*wrong_stock(aws, right), *of_alerts, *([] if self._loses else given_up(aws))])

        with self._busy:
            wait_until_right(wrong)
            out = len(right.short)
            said = "; ".join([*wrong_alerts(aws, right), *given_up(aws)]) or f"{out} alerts open, no message given up"
            uploads, rows = len(right.ends), len(right.rows)
            print(f"✓ {when}: {uploads} uploads loaded, {rows} rows as the files say; {said}", flush=True)

    def _send_all(self) -> None:
        choose = random.Random(1)
        number = 0
        while not self._ended.wait(_PAUSE):
            number += 1
            store = f"Store {choose.randrange(_STORES)}"
            items = choose.sample(range(_ITEMS), choose.randint(1, _ITEMS))
            rows = {f"Item {item}": Row(choose.choice((0, choose.randrange(50))), None) for item in items}
            key = f"uploads/{store}/{number:05}.csv"
            text = "store,item,count\n" + "".join(f"{store},{item},{row.count}\n" for item, row in rows.items())
            with self._busy:
                # Insisted upon: half of a file is 0, which is refused if that is too much of the store.
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=text.encode(), Metadata={"force": "true"})
                self._right.ends[key] = "loaded"
                self._right.stock.setdefault(store, {}).update(rows)


@contextmanager
def _emulator(data: Path) -> Iterator[str]:
    data.mkdir()
    server, _ = local.start(data, engines.free_port())
    try:
        yield server.endpoint
    finally:
        local.stop(data)


def _template(tree: Path) -> dict[str, Any]:
    return engines.template(tree / "template.yaml")


def _git(*arguments: str, check: bool = True) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, check=check)


if __name__ == "__main__":
    main()
