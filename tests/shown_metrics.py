"""The metrics that a dashboard of CloudWatch shows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """A metric of a widget; `of`: whose, the value of its dimension."""

    namespace: str
    name: str
    dimension: str
    of: str
    stat: str


def shown_metrics(body: str) -> Iterator[Shown]:
    """Every metric of every widget of a dashboard's body."""
    for widget in (widget["properties"] for widget in json.loads(body)["widgets"]):
        above: list[str] = []
        for *path, last in widget["metrics"]:
            options = last if isinstance(last, dict) else {}
            said = [*path] if options else [*path, last]
            above = [before if text == "." else text for text, before in zip(said, above or said, strict=True)]
            namespace, name, dimension, of = above
            yield Shown(namespace, name, dimension, of, options.get("stat") or widget["stat"])
