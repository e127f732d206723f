"""A terminal, and `onhand` in it."""

import os
import pty
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.aws.conftest import Machine


class Screen:
    """`onhand …` as a person at a machine sees it. `variables` are added to that person's environment."""

    def __init__(self, machine: Machine, *arguments: str | Path, **variables: str) -> None:
        ours, its = pty.openpty()
        self._shown = b""
        self._process = subprocess.Popen(
            [Path(sys.executable).parent / "onhand", *arguments],
            env=machine.environment | variables,
            stdin=its,
            stdout=its,
            stderr=its,
            start_new_session=True,
        )
        os.close(its)
        self._reader = threading.Thread(target=self._read, args=(ours,), daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """All that was ever on the screen, without what moves the cursor and sets colours."""
        return re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", self._shown.decode(errors="replace"))

    def ctrl_c(self) -> int:
        """End it as a person does, and return its exit code."""
        os.killpg(self._process.pid, signal.SIGINT)
        return self.wait(60)

    def wait(self, seconds: float) -> int:
        """Wait until it has ended, and return its exit code."""
        code = self._process.wait(seconds)
        self._reader.join(seconds)
        return code

    def _read(self, terminal: int) -> None:
        try:
            while part := os.read(terminal, 65_536):
                self._shown += part
        except OSError:
            pass  # the program has ended
        finally:
            os.close(terminal)
