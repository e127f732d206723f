"""Mutation testing of the rules that need no AWS: `make mutants`.

A mutant is a module with one small change: a comparison turned, a number one higher, a branch never taken. The tests
named beside the module must fail with it. Those that live are printed with their change, and each of them is
explained in mutants.toml: it does the same, or what it does is tested elsewhere.
"""
# ruff: noqa: T201

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any, NamedTuple

from tests.borrowed import borrowed

ROOT = Path(__file__).parents[1]
COSMIC_RAY = ROOT / ".venv/mutants/bin/cosmic-ray"
_SECONDS = 20
"""A mutant whose tests take longer counts as found."""
_LEAN = "-p no:cacheprovider -p no:hypothesispytest -p no:anyio --noconftest"
"""What these tests do not need, and what takes longer to load than they run."""

RULES: dict[str, str] = {
    "functions/stock/rows.py": "tests/unit/test_rows.py tests/unit/test_check_stock_changes.py",
    "functions/stock/order_token.py": "tests/unit/test_order_token.py",
    "functions/stock/levels.py": "tests/unit/test_check_stock_changes.py",
    "functions/stock/reorder_points.py": "tests/unit/test_rules.py",
    "functions/stock/shards.py": "tests/unit/test_shards.py",
    "functions/stock/acknowledgements.py": "tests/unit/test_acknowledgements.py",
    "functions/stock/history.py": "tests/unit/test_history.py",
    "functions/stock/catalogue.py": "tests/unit/test_catalogue.py",
    "functions/stock/silent_stores.py": "tests/unit/test_silent_stores.py",
    "functions/stock/mornings.py": "tests/unit/test_mornings.py",
    "functions/read_file/csv_header.py": "tests/unit/test_csv_header.py",
    "functions/read_file/csv_columns.py": "tests/unit/test_csv_columns.py",
    "functions/read_file/csv_cells.py": "tests/unit/test_csv_cells.py",
    "functions/read_file/csv_row.py": "tests/unit/test_csv_row.py",
    "functions/read_file/points_file.py": "tests/unit/test_points_file.py",
    "functions/read_file/csv_records.py": "tests/unit/test_csv_records.py",
    "functions/read_file/sheet_numbers.py": "tests/unit/test_sheet_numbers.py",
    "functions/read_file/file_text.py": "tests/unit/test_file_text.py",
    "functions/read_file/notes.py": "tests/unit/test_notes.py",
    "functions/read_file/refused.py": "tests/unit/test_refused.py",
    "functions/read_file/csv_rows.py": "tests/unit/test_reading.py tests/unit/test_csv_columns.py",
    "functions/read_file/file_format.py": "tests/unit/test_file_format.py tests/unit/test_csv_columns.py",
    "functions/load_inventory/rules.py": "tests/unit/test_rules.py",
    "functions/load_inventory/would_change.py": "tests/unit/test_would_change.py",
    "functions/load_inventory/withdrawal.py": "tests/unit/test_withdrawal.py",
    "functions/load_inventory/upload.py": "tests/unit/test_upload.py",
    "functions/load_inventory/attempt.py": "tests/unit/test_attempt.py",
    "functions/load_inventory/share.py": "tests/unit/test_share.py",
    "functions/load_inventory/decision.py": "tests/unit/test_decision.py",
    "functions/load_inventory/losses.py": "tests/unit/test_losses.py",
    "functions/check_stock/alert_state.py": (
        "tests/unit/test_check_stock_alert_state.py tests/unit/test_check_stock_what_to_record.py"
    ),
    "functions/check_stock/changes.py": "tests/unit/test_check_stock_changes.py",
    "functions/check_stock/what_to_record.py": "tests/unit/test_check_stock_what_to_record.py",
    "functions/check_stock/what_to_publish.py": "tests/unit/test_check_stock_what_to_publish.py",
    "functions/look_ahead/what_to_tell.py": "tests/unit/test_look_ahead_what_to_tell.py",
    "functions/look_ahead/suggest.py": "tests/unit/test_look_ahead_suggest.py",
    "functions/look_ahead/outlook.py": "tests/unit/test_look_ahead_outlook.py",
    "functions/look_ahead/whose_morning.py": "tests/unit/test_look_ahead_mornings.py",
    "functions/look_ahead/mornings.py": "tests/unit/test_look_ahead_hand_out_mornings.py",
    "functions/look_ahead/store_past.py": "tests/unit/test_look_ahead_outlook.py",
    "functions/look_ahead/availability.py": "tests/unit/test_availability.py tests/unit/test_look_ahead_outlook.py",
    "functions/look_ahead/demand.py": "tests/unit/test_look_ahead_demand.py",
    "functions/look_ahead/foresight.py": "tests/unit/test_look_ahead_foresight.py",
    "functions/look_ahead/priors.py": "tests/unit/test_look_ahead_suggest.py",
    "functions/telling/language.py": "tests/unit/test_language.py",
    "functions/telling/listing.py": "tests/unit/test_listing.py",
    "functions/telling/post.py": "tests/unit/test_post.py",
    "functions/telling/channel.py": "tests/unit/test_channel.py",
    "functions/telling/digest.py": "tests/unit/test_digest.py",
    "functions/telling/alert_message.py": "tests/unit/test_alert_message.py",
    "functions/post_to_channel/as_slack.py": "tests/unit/test_channel_formats.py",
    "functions/post_to_channel/as_card.py": "tests/unit/test_channel_formats.py",
    "functions/send_digest/morning.py": "tests/unit/test_morning.py",
}
"""Module → the tests that are to find its mutants."""

EXPLAINED: dict[str, dict[str, str]] = tomllib.loads((ROOT / "tests/mutants.toml").read_text())
"""Module, or everywhere → the changed line of a mutant that lives → why it may."""


class Lives(NamedTuple):
    """A mutant that no test found."""

    place: str
    was: str
    line: str


def main() -> int:
    """Make the mutants of all modules, or of one, and print those that live; 1: one of them is not explained."""
    parser = argparse.ArgumentParser(prog="make mutants ARGS=…")
    parser.add_argument("modules", nargs="*", default=[*RULES], help="such as functions/load_inventory/rules.py")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    began, count, unexplained = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        copies: Queue[Path] = Queue()
        for number in range(options.jobs):
            copies.put(_copy(Path(folder) / str(number)))
        for module, found, living in pool.map(lambda module: _in_a_copy(module, copies), options.modules):
            print(f"{module}: {found} mutants, {len(living)} live", flush=True)
            count += found
            for one in living:
                why = (EXPLAINED["everywhere"] | EXPLAINED.get(module, {})).get(one.line)
                unexplained += why is None
                print(f"  {'·' if why else '✗'} {one.place}: {one.was}  →  {one.line}{f'  ({why})' if why else ''}")
    print(f"{count:,} mutants in {time.monotonic() - began:.0f} s; {unexplained} live without an explanation")
    return 1 if unexplained else 0


def _copy(folder: Path) -> Path:
    """Return a copy of the project in which files may be changed."""
    left_out = shutil.ignore_patterns(".git", ".venv", "node_modules", "dist", "__pycache__")
    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


def _in_a_copy(module: str, copies: "Queue[Path]") -> tuple[str, int, list[Lives]]:
    with borrowed(copies) as copy:
        return _mutate(module, copy)


def _mutate(module: str, copy: Path) -> tuple[str, int, list[Lives]]:
    """Return how many mutants a module has, and those that live."""
    tests = f"{sys.executable} -m pytest -x -q {_LEAN} {RULES[module]}"
    settings = f'module-path = ["{module}"]\ntimeout = {_SECONDS}\nexcluded-modules = []\ntest-command = "{tests}"\n'
    config, session = copy / "mutants.toml", copy / "mutants.sqlite"
    config.write_text(f'[cosmic-ray]\n{settings}[cosmic-ray.distributor]\nname = "local"\n')
    session.unlink(missing_ok=True)
    # Without the setting, Python would take a mutant of the same second and size for the one before.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "functions:."}

    def run(*arguments: str) -> str:
        command = [str(COSMIC_RAY), *arguments]
        done = subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True, text=True)
        return done.stdout

    run("baseline", config.name)
    run("init", config.name, session.name)
    run("exec", config.name, session.name)
    results = [json.loads(line) for line in run("dump", session.name).splitlines()]
    return module, len(results), [*_living(results)]


def _living(results: list[list[Any]]) -> Iterator[Lives]:
    for mutant, result in results:
        if result["test_outcome"] != "survived":
            continue
        changed = [line for line in result["diff"].splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
        was = " ".join(line[1:].strip() for line in changed if line[0] == "-")
        now = " ".join(line[1:].strip() for line in changed if line[0] == "+")
        (place,) = mutant["mutations"]
        yield Lives(f"{place['definition_name']}, line {place['start_pos'][0]}", was, now)


if __name__ == "__main__":
    sys.exit(main())
