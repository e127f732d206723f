"""The matrix as a table of Markdown: calls by faults, in each cell what healed it."""

from itertools import groupby

from tests.faults.plan import Fault, Place

WRONG = "WRONG"
_NOT_POSSIBLE = "–"


def as_table(places: list[Place], found: dict[tuple[Place, Fault], str]) -> str:
    """Return the outcomes by call and fault. Calls of the same name whose outcomes are the same share a row."""
    outcomes = {
        place: [found[place, fault].split(":")[0] if place.can(fault) else _NOT_POSSIBLE for fault in Fault]
        for place in places
    }
    lines = []
    for step, of_step in groupby(places, key=lambda place: place.step):
        lines += ["", f"| {step} | {' | '.join(Fault)} |", "| --- |" + " --- |" * len(Fault)]
        rows: dict[tuple[str, ...], int] = {}
        for place in of_step:
            row = (place.call, *outcomes[place])
            rows[row] = rows.get(row, 0) + 1
        lines += [
            f"| `{call}`{f' ×{number}' if number > 1 else ''} | {' | '.join(cells)} |"
            for (call, *cells), number in rows.items()
        ]
    return "\n".join([*lines[1:], ""])
