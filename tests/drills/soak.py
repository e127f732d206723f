"""The soak: two days of a small chain, compressed, on the onhand of this machine.

Every hour each store sends a file. Between them people withdraw uploads and take that back, change reorder points and
replay; the local AWS is stopped and started, or killed with `kill -9` while files are under way. Every six hours there
is a rest: then rows, marks, summaries and open alerts must be what a plain fold over the files says, every upload must
be loaded or withdrawn, and no message given up. What memory and disk the local AWS takes by then is printed.
"""
# ruff: noqa: T201

import argparse
import os
import random
import signal
import tempfile
import time
from pathlib import Path

from tests.aws.conftest import Machine, machine
from tests.drills.found import Right, given_up, states, wrong_alerts, wrong_stock
from tests.drills.patience import wait_until_right
from tests.order.deliveries import csv_text
from tests.order.fold import File, Line, fold

_STORES = [f"Store {number}" for number in range(6)]
_ITEMS = [f"Item {number:02}" for number in range(20)]
_HOURS_BETWEEN_RESTS = 6
_ROWS_OF_A_FILE = (1, 3, 10)
_LEFT_OUT_OF_A_LIST = 3  # so few that no list would be refused for what it takes away
_PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Soak, and print what it took."""
    parser = argparse.ArgumentParser(prog="make soak ARGS=…")
    parser.add_argument("--hours", type=int, default=48)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, machine(Path(folder)) as here:
        chain = Chain(here, random.Random(chosen.seed))
        for hour in range(1, chosen.hours + 1):
            chain.live_an_hour(hour)
            if hour % _HOURS_BETWEEN_RESTS == 0 or hour == chosen.hours:
                chain.rest(hour)
        here.cli("doctor")
    print(f"{chosen.hours} hours in {time.monotonic() - began:.0f} s; did: {chain.did()}. The doctor finds nothing.")


class Chain:
    """Stores that send files, people who work with them, and what must come of it."""

    def __init__(self, here: Machine, choose: random.Random) -> None:
        self._here, self._choose = here, choose
        self._files: dict[str, File] = {}  # by key, as they were put
        self._withdrawn: set[str] = set()
        self._points: dict[str, int] = {}  # of stores
        self._saved: dict[str, int] = {}  # those at the last orderly stop: a kill takes the others
        self._done: dict[str, int] = {}
        for store in _STORES:
            self._put(store, File(tuple(Line(store, item, 9, 2) for item in _ITEMS), points=True))
        for key in self._files:
            self._wait_for(key, "loaded")  # for a store without items, a reorder point is refused

    def live_an_hour(self, hour: int) -> None:
        """Every store sends a file; something else happens in between."""
        others = self._choose.choices(
            [self._withdraw, self._take_back, self._set_point, self._remove_point, self._replay],
            weights=[3, 2, 3, 1, 1],
            k=2,
        )
        if hour % 8 == 3:
            others.append(self._restart)
        if hour % 8 == 7:
            others.append(self._kill)
        deeds = [*others, *(lambda store=store: self._send(store) for store in _STORES)]
        self._choose.shuffle(deeds)
        for do in deeds:
            do()

    def rest(self, hour: int) -> None:
        """Wait until all is done, compare everything, and print what it takes. Raises TimeoutError."""
        stack, right = self._here.stack, self._right()
        wait_until_right(lambda: "; ".join([*wrong_stock(stack, right), *wrong_alerts(stack, right), *given_up(stack)]))
        emulator, functions = self._memory()
        disk = {name: _megabytes(self._here.data / name) for name in ("state", "s3", "log", "tmp")}
        print(
            f"✓ {hour} hours: {len(self._files)} uploads, {len(self._withdrawn)} of them withdrawn, as the fold says. "
            f"Memory: {emulator:.0f} MB, functions {functions:.0f} MB; disk: "
            f"{', '.join(f'{name} {size:.1f} MB' for name, size in disk.items())}",
            flush=True,
        )

    def did(self) -> str:
        """What people and the machine did besides, in words."""
        return ", ".join(f"{number} × {what}" for what, number in self._done.items())

    # ---- What happens --------------------------------------------------------------------------------------------

    def _send(self, store: str) -> None:
        choose = self._choose
        if choose.random() < 0.3:
            items = choose.sample(_ITEMS, len(_ITEMS) - choose.randint(0, _LEFT_OUT_OF_A_LIST))
            self._put(store, File(tuple(self._line(store, item) for item in items), snapshot=True))
            return
        items = choose.sample(_ITEMS, choose.choice(_ROWS_OF_A_FILE))
        self._put(store, File(tuple(self._line(store, item) for item in items), points=choose.random() < 0.3))

    def _line(self, store: str, item: str) -> Line:
        choose = self._choose
        count = choose.choices([0, choose.randint(1, 4), choose.randint(5, 50), None], weights=[3, 3, 12, 1])[0]
        return Line(store, item, count, choose.choice((None, 1, 4)))

    def _put(self, store: str, file: File) -> None:
        rows = []
        for line in file.lines:
            count = "4 pcs" if line.count is None else line.count
            rows.append((line.store, line.item, count, *((line.point,) if file.points else ())))
        text = csv_text(rows, "store,item,count,reorder_point" if file.points else "store,item,count")
        key = f"uploads/{store}/{len(self._files):05}.csv"
        metadata = {"mode": "snapshot"} if file.snapshot else {}
        stack = self._here.stack
        stack.s3.put_object(Bucket=stack.outputs.UploadsBucket, Key=key, Body=text, Metadata=metadata)
        self._files[key] = file

    def _withdraw(self) -> None:
        key = self._choose.choice([key for key in self._files if key not in self._withdrawn])
        self._wait_for(key, "loaded")
        self._do("withdrawn", "withdraw", key, "--reason", "wrong file")
        self._withdrawn.add(key)

    def _take_back(self) -> None:
        if self._withdrawn:
            key = self._choose.choice(sorted(self._withdrawn))
            self._wait_for(key, "withdrawn")
            self._do("taken back", "withdraw", key, "--take-back")
            self._withdrawn.remove(key)

    def _set_point(self) -> None:
        store, point = self._choose.choice(_STORES), self._choose.randint(0, 6)
        self._do("reorder point set", "threshold", "set", str(point), "--store", store)
        self._points[store] = point

    def _remove_point(self) -> None:
        if self._points:
            store = self._choose.choice(sorted(self._points))
            self._do("reorder point removed", "threshold", "remove", "--store", store)
            del self._points[store]

    def _replay(self) -> None:
        self._do("replayed", "replay")

    def _restart(self) -> None:
        self._here.cli("down")
        self._saved = dict(self._points)
        self._do("restarted", "up", "--detach", "--no-dashboard", "--no-samples")

    def _kill(self) -> None:
        os.kill(self._here.pid, signal.SIGKILL)
        self._points = dict(self._saved)
        self._do("killed with kill -9 and started", "up", "--detach", "--no-dashboard", "--no-samples")

    def _do(self, what: str, *arguments: str) -> None:
        self._here.cli(*arguments)
        self._done[what] = self._done.get(what, 0) + 1

    def _wait_for(self, key: str, state: str) -> None:
        wait_until_right(lambda: "" if states(self._here.stack).get(key) == state else f"{key} is not {state}")

    # ---- What must come of it ------------------------------------------------------------------------------------

    def _right(self) -> Right:
        ends = {key: "withdrawn" if key in self._withdrawn else "loaded" for key in self._files}
        stock = fold([file for key, file in self._files.items() if key not in self._withdrawn])
        return Right(ends, stock, self._points)

    def _memory(self) -> tuple[float, float]:
        """Megabytes that the local AWS has in memory, and those of its functions' processes."""
        emulator = self._here.pid
        return _resident([emulator]), _resident(_children(emulator))


def _children(parent: int) -> list[int]:
    found = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat")]
    parents = {int(stat.split()[0]): int(stat.rpartition(")")[2].split()[1]) for stat in found}
    mine = [child for child, of in parents.items() if of == parent]
    return mine + [grandchild for child in mine for grandchild in _children(child)]


def _resident(processes: list[int]) -> float:
    pages = (int(Path(f"/proc/{process}/statm").read_text().split()[1]) for process in processes)
    return sum(pages) * _PAGE / 1e6


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    main()
