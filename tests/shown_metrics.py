"""The metrics that the template's dashboard of CloudWatch shows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from samcli.yamlhelper import yaml_parse

from onhand.target import ROOT


@dataclass(frozen=True)
class Shown:
    """A metric of a widget; `of`: whose, as the template calls it (`${LoadInventory}`)."""

    namespace: str
    name: str
    dimension: str
    of: str
    stat: str


def shown_metrics() -> Iterator[Shown]:
    """Every metric of every widget."""
    resources = yaml_parse((ROOT / "template.yaml").read_text())["Resources"]
    body = json.loads(resources["OperationsDashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    for widget in (widget["properties"] for widget in body["widgets"]):
        above: list[str] = []
        for *path, last in widget["metrics"]:
            options = last if isinstance(last, dict) else {}
            said = [*path] if options else [*path, last]
            above = [before if text == "." else text for text, before in zip(said, above or said, strict=True)]
            namespace, name, dimension, of = above
            yield Shown(namespace, name, dimension, of, options.get("stat") or widget["stat"])
