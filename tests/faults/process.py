"""A function in a process of its own, which can be killed at any moment.

`python -m tests.faults.process Load-Inventory` reads events, a line of JSON each, and writes what the function returns.
It forks for that when it has imported everything; so the next process is there at once when one was killed.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import traceback
import uuid
from pathlib import Path
from typing import Any

from tests.faults.functions import FUNCTIONS, Clock, Event, Invoke
from tests.faults.plan import Plan

_ROOT = Path(__file__).parents[2]


class Process:
    """A function, as who invokes it sees it."""

    def __init__(self, name: str, settings: dict[str, str], plan: Plan) -> None:
        self.name, self._plan = name, plan
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.process", name],
            cwd=_ROOT,
            env=os.environ | settings | {"PYTHONPATH": f"{_ROOT / 'functions'}{os.pathsep}{_ROOT}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._pid = self._read()["pid"]

    def invoke(self, event: Event, late: float = 0) -> dict[str, Any] | None:
        """Invoke it, `late` seconds later than it is; return `returned`, or `raised`; None: it was killed."""
        self._plan.caller, self._plan.pid = self.name, self._pid
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"event": event, "late": late}).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._read()
        self._plan.caller = ""
        if "pid" not in answer:
            return answer
        self._pid = answer["pid"]
        return None

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def said(self) -> str:
        """The end of what it logged."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-6000:]

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise EOFError(f"{self.name} ended: {self.said()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _main(name: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a function prints is no answer
    logging.basicConfig(level=logging.ERROR)
    clock = Clock()
    invoke = FUNCTIONS[name](clock)
    while child := os.fork():
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):  # nobody invokes it any more
            return
    _serve(clock, invoke, answers)


def _serve(clock: Clock, invoke: Invoke, answers: Any) -> None:
    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer, default=str) + "\n")
        answers.flush()

    say({"pid": os.getpid()})
    for line in sys.stdin:
        asked = json.loads(line)
        clock.late = asked["late"]
        try:
            say({"returned": invoke(asked["event"], uuid.uuid4().hex)})
        except Exception as error:
            traceback.print_exc()
            say({"raised": repr(error)})


if __name__ == "__main__":
    _main(sys.argv[1])
