"""What docs/ takes from the code: `make docs` writes it, tests/unit/test_docs.py fails where a page has drifted."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from samcli.yamlhelper import yaml_parse
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from onhand.cost import DATE, DEFAULT_REGION, PAGES, amount, price_in_words, prices_of, total
from onhand.deploy import LOCAL_PARAMETERS, NOT_FOR_PEOPLE
from onhand.estimate import Chain, estimate, first_load
from onhand.main import app
from onhand.target import ROOT

_SIZES = (
    Chain(stores=10, items=1000, uploads=1, changed=0.02, viewers=1, alerts=1),
    Chain(stores=1_000, items=1000, uploads=1, changed=0.02, viewers=10, alerts=1),
    Chain(stores=10_000, items=1000, uploads=1, changed=0.02, viewers=100, alerts=1),
)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def pages() -> dict[Path, str]:
    """Return the pages that are made, as they should be, with the parts that are written by hand as they are."""
    docs = ROOT / "docs"
    return {
        docs / "commands.md": _commands(),
        docs / "cost.md": _with(docs / "cost.md", "three sizes", _three_sizes()),
        docs / "deploy.md": _with(docs / "deploy.md", "parameters", _parameters()),
    }


def _with(page: Path, part: str, text: str) -> str:
    """Return a page with what stands between the two markers of a part replaced."""
    begin, end = f"<!-- begin: {part}, written by make docs -->\n", f"<!-- end: {part} -->\n"
    before, found, rest = page.read_text().partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"{page} has no markers {begin.strip()} and {end.strip()}")
    return f"{before}{begin}\n{text}\n{end}{after}"


# ---- Commands -------------------------------------------------------------------------------------------------------


def _commands() -> str:
    """Return the reference of the command line: the help of every command, as people see it."""
    intro = "# Commands\n\n<!-- This page is written by make docs. -->\n\nWhat `--help` says of every command.\n"
    return intro + "".join(f"\n## onhand{''.join(f' {word}' for word in path)}\n\n{_help(path)}" for path in _paths())


def _paths(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    command = command or get_command(app)
    yield path
    if isinstance(command, TyperGroup):
        context = typer.Context(command)
        for name in command.list_commands(context):
            yield from _paths(command.get_command(context, name), (*path, name))


def _help(path: tuple[str, ...]) -> str:
    runner = CliRunner(env={"COLUMNS": "80", "NO_COLOR": "1"})
    shown = _ANSI.sub("", runner.invoke(app, [*path, "--help"], prog_name="onhand").stdout)
    lines = [line.rstrip() for line in shown.strip("\n").splitlines()]
    return "\n".join(["```text", *lines, "```", ""]).replace("```text\n\n", "```text\n").replace("\n\n```\n", "\n```\n")


# ---- Parameters -----------------------------------------------------------------------------------------------------


def _parameters() -> str:
    """Return the table of the template's parameters."""
    parameters = yaml_parse((ROOT / "template.yaml").read_text())["Parameters"]
    rows = [_parameter(name, found) for name, found in parameters.items() if name != NOT_FOR_PEOPLE]
    return "\n".join(["| Parameter | Default | |", "| --- | --- | --- |", *rows, ""])


def _parameter(name: str, found: dict[str, Any]) -> str:
    default = f"`{found['Default']}`" if found["Default"] != "" else "none"
    said = [found["Description"].rstrip(".") + (limits and f". {limits}" if (limits := _limits(found)) else "")]
    if name in LOCAL_PARAMETERS:
        said.append(f"On this machine: `{LOCAL_PARAMETERS[name]}`")
    return f"| `{name}` | {default} | {'. '.join(said)} |"


def _limits(found: dict[str, Any]) -> str:
    values = found.get("AllowedValues", [])
    if values and set(values) != {"true", "false"}:
        return "One of " + ", ".join(f"`{value}`" for value in values)
    words = [
        f"{word} {found[bound]}"
        for word, bound in (("at least", "MinValue"), ("at most", "MaxValue"))
        if bound in found
    ]
    return ", ".join(words).capitalize() if found.get("MinValue") or "MaxValue" in found else ""


# ---- Cost -----------------------------------------------------------------------------------------------------------


def _three_sizes() -> str:
    """Return the monthly estimate of three chains, side by side."""
    prices = prices_of(DEFAULT_REGION)
    columns = [estimate(chain, prices) for chain in _SIZES]
    rows = [
        [
            lines[0].what,
            price_in_words(lines[0].price),
            *(cell for line in lines for cell in (amount(line), _dollars(line.dollars))),
        ]
        for lines in zip(*columns, strict=True)
    ]
    totals = [cell for lines in columns for cell in ("", f"**{_dollars(total(lines))}**")]
    once = [
        cell
        for chain in _SIZES
        for cell in (f"{chain.stores * chain.items:,} rows", _dollars(first_load(chain, prices)))
    ]
    names = [cell for chain in _SIZES for cell in (f"{chain.stores:,} stores, viewers: {chain.viewers}", "$")]
    table = [
        ["A month", "Price", *names],
        ["---", "---", *["---:"] * len(names)],
        *rows,
        ["**In all**", "", *totals],
        ["Once: the first load", price_in_words(prices["write"]), *once],
    ]
    used = sorted({price.page for price in prices.values()})
    return "\n".join([
        f"{DEFAULT_REGION}, list prices of {DATE}. Each store has 1,000 items, and in a day a file that changes 2 % of",
        "the rows, and an alert.",
        "",
        *(f"| {' | '.join(row)} |" for row in table),
        "",
        "Prices: " + ", ".join(f"[{page}]({PAGES[page]})" for page in used) + ".",
        "",
    ])  # fmt: skip


def _dollars(dollars: float) -> str:
    return f"{dollars:,.2f}"


def main() -> None:
    """Write the pages."""
    for page, text in pages().items():
        page.write_text(text)


if __name__ == "__main__":
    main()
