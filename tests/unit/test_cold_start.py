"""A function starts fast because it imports little: the standard library, botocore and what botocore itself imports."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import cold_start

FUNCTIONS = Path(__file__).parents[2] / "functions"
OWN = {
    "stock", "telling", "read_file", "load_inventory", "check_stock", "keep_history", "keep_catalogue", "look_ahead",
    "send_digest", "post_to_channel", "watch_stores",
}  # fmt: skip
SCRIPT = (
    "import sys, botocore.session; botocore.session.get_session().create_client('s3', region_name='us-east-1');"
    " before = set(sys.modules); import {}.handler; print(*(set(sys.modules) - before))"
)


@pytest.mark.parametrize("function", sorted(OWN - {"stock", "telling", "read_file", "keep_catalogue"}))
def test_a_function_imports_nothing_beside_botocore(function: str) -> None:
    process = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(function)],
        cwd=FUNCTIONS,
        capture_output=True,
        text=True,
        check=True,
    )
    packages = {name.partition(".")[0] for name in process.stdout.split()}
    assert OWN & packages
    assert packages - OWN - {"botocore"} <= sys.stdlib_module_names


def test_the_benchmark_of_cold_starts_starts_them() -> None:
    times = cold_start.measure(Path(sys.executable), rounds=1)
    assert times.keys() == cold_start.STARTS.keys()
    assert min(times.values()) > 0
