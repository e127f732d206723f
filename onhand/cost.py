"""`onhand cost`: what a month on AWS costs, line by line, at list prices. Asks nobody; nothing has to be deployed."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from onhand.console import UserError, console
from onhand.estimate import Chain, Line, Price, estimate, first_load
from onhand.target import target

_FILE = Path(__file__).with_name("prices.toml")
_LIST: dict[str, Any] = tomllib.loads(_FILE.read_text())
DATE: date = _LIST["date"]
PAGES: dict[str, str] = _LIST["pages"]
DEFAULT_REGION = "us-east-1"


def cost(
    stores: Annotated[int, typer.Option(min=1, help="How many stores send files.")],
    items: Annotated[int, typer.Option(min=1, help="Items of a store.")] = 1000,
    uploads_a_day: Annotated[float, typer.Option(min=0, help="Files that a store sends in a day.")] = 1,
    changed: Annotated[float, typer.Option(min=0, max=1, help="Part of the rows that a file changes.")] = 0.02,
    viewers: Annotated[int, typer.Option(min=0, help="People who have the dashboard open, 8 hours on 22 days.")] = 1,
    alerts: Annotated[float, typer.Option(min=0, help="Alerts of a store in a day.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Estimate what a month on AWS costs, line by line, at list prices.

    --region chooses whose prices, us-east-1 if it is not given. docs/cost.md says what was measured and what is left
    out.
    """
    region = target.region or DEFAULT_REGION
    chain = Chain(stores, items, uploads_a_day, changed, viewers, alerts)
    prices = prices_of(region)
    lines, once = estimate(chain, prices), first_load(chain, prices)
    if as_json:
        console.print_json(data=_report(region, lines, once))
        return
    console.print(_table(lines))
    console.print(f"\n[bold]${total(lines):,.2f} a month[/] in {region}, list prices of {DATE}, no free tier taken off")
    console.print(f"and ${once:,.2f} once, to write {stores * items:,} rows for the first time")


def prices_of(region: str) -> dict[str, Price]:
    """Return the prices of a region, by name. Raises UserError if the list has none of it."""
    known = [name for name in _LIST if name not in ("date", "pages")]
    if region not in known:
        raise UserError(
            f"There are no prices of '{region}' in {_FILE.name}, only of {', '.join(known)}. Without --region the "
            f"estimate is of {DEFAULT_REGION}; the same units cost more or less elsewhere, see {PAGES['DynamoDB']}."
        )
    return {name: Price(**price) for name, price in _LIST[region].items()}


def total(lines: list[Line]) -> float:
    """Return what lines come to, in dollars."""
    return sum(line.dollars for line in lines)


def amount(line: Line) -> str:
    """Return the units of a line in words, such as `6,083 puts`."""
    figures = f"{line.units:,.0f}" if line.units >= 100 else f"{line.units:,.3g}"
    return f"{figures} {line.price.unit}"


def price_in_words(price: Price) -> str:
    """Return a price in words, such as `$0.625 / million`."""
    per = {1: price.unit if price.unit == "GB" else "each", 1_000_000: "million"}.get(price.per, f"{price.per:,}")
    return f"${price.dollars:g} / {per}" if per != "each" else f"${price.dollars:g} each"


def _table(lines: list[Line]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name, right in (("a month", False), ("units", True), ("price", False), ("dollars", True)):
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    for line in lines:
        table.add_row(line.what, amount(line), price_in_words(line.price), f"{line.dollars:,.2f}")
    return table


def _report(region: str, lines: list[Line], once: float) -> dict[str, Any]:
    return {
        "region": region,
        "prices": DATE.isoformat(),
        "lines": [
            {
                "what": line.what,
                "units": round(line.units, 3),
                "unit": line.price.unit,
                "price": line.price.dollars,
                "per": line.price.per,
                "page": PAGES[line.price.page],
                "dollars": round(line.dollars, 4),
            }
            for line in lines
        ],
        "total": round(total(lines), 2),
        "first_load": round(once, 2),
    }
