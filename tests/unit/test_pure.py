"""Modules that say “No AWS in here” can be imported where there is no botocore."""

import ast
import subprocess
import sys

import pytest

from onhand.target import ROOT

FUNCTIONS = ROOT / "functions"
COMMAND_LINE = ROOT / "onhand"
CLAIM = "No AWS in here"
TALKING_TO_AWS = {
    "stock.claim",
    "stock.clients",
    "stock.dynamodb",
    "stock.hand_out",
    "stock.partiql",
    "stock.queue_and_topic",
    "stock.read_items",
}
SCRIPT = "import sys; sys.modules |= dict.fromkeys(('boto3', 'botocore', 's3transfer')); import {}"


def modules() -> dict[str, str]:
    """Return the docstring of every module of the functions and of the command line, by its name."""
    found = {}
    for path in sorted([*FUNCTIONS.rglob("*.py"), *COMMAND_LINE.glob("*.py")]):
        folder = FUNCTIONS if path.is_relative_to(FUNCTIONS) else ROOT
        name = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.get_docstring(ast.parse(path.read_text())) or ""
    return found


DOCSTRINGS = modules()
PURE = [
    name
    for name, docstring in DOCSTRINGS.items()
    if CLAIM in " ".join(docstring.split()) or (name.startswith(("stock", "telling")) and name not in TALKING_TO_AWS)
]


def imports_without_aws(module: str) -> bool:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(module)], cwd=FUNCTIONS, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or "botocore" in done.stderr, done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("module", PURE)
def test_it_needs_no_aws(module: str) -> None:
    assert imports_without_aws(module)


def test_the_test_would_see_it() -> None:
    assert not imports_without_aws("stock.dynamodb")


def test_rules_rows_and_messages_are_among_them() -> None:
    assert {
        "stock.messages", "stock.levels", "stock.order_token", "stock.reorder_points",
        "load_inventory.rules", "read_file.csv_rows", "load_inventory.upload", "load_inventory.attempt",
        "check_stock.changes", "check_stock.alert_state", "check_stock.what_to_record", "check_stock.what_to_publish",
        "stock.catalogue", "telling.alert_message", "onhand.fold", "onhand.differences", "onhand.group_file",
        "look_ahead.chances", "look_ahead.demand", "look_ahead.foresight", "look_ahead.priors", "look_ahead.recount",
        "look_ahead.suggest", "stock.forecast",
    } <= set(PURE)  # fmt: skip
