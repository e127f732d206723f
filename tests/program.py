"""`onhand …` in a process of its own that has its libraries: to load them is more than half of a command's work."""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

# Each command is forked from a process that has these, and nothing of onhand: that looks at the environment.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["boto3", "botocore.client", "botocore.httpsession", "rich.table", "typer.rich_utils"])


def onhand(
    *arguments: str, folder: Path, environment: Mapping[str, str], seconds: float
) -> "subprocess.CompletedProcess[str]":
    """Run a command in a folder to its end. Raises TimeoutError if it takes longer."""
    with TemporaryDirectory() as output:
        process = _FORKS.Process(target=_run, args=(arguments, folder, dict(environment), output))
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"onhand {' '.join(arguments)}: not within {seconds} s")
        said, complained = ((Path(output) / name).read_text() for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess(arguments, process.exitcode, said, complained)


def _run(arguments: tuple[str, ...], folder: Path, environment: dict[str, str], output: str) -> None:
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(Path(output) / name, os.O_WRONLY | os.O_CREAT), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["onhand", *arguments]
    from onhand.program import run  # in the environment of the command

    run()
