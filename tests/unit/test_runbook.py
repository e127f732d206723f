"""docs/runbook.md: alarms lead to it, and what it tells people to type exists."""

import re
import shlex
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

from onhand.target import ROOT

from .typed import understood

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
RESOURCES: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())["Resources"]
ALARMS = {name: found["Properties"] for name, found in RESOURCES.items() if found["Type"] == "AWS::CloudWatch::Alarm"}
COMMANDS = sorted(
    set(re.findall(r"^    (onhand .*)$", RUNBOOK, re.MULTILINE) + re.findall(r"`(onhand [^`]*)`", RUNBOOK))
)


def anchor(heading: str) -> str:
    """The address of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


SECTIONS = {anchor(heading): text for heading, text in re.findall(r"(?m)^## (.+)\n((?:(?!## ).*\n)*)", RUNBOOK)}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_names_its_place_and_is_named_there(name: str) -> None:
    description = ALARMS[name]["AlarmDescription"]
    place = re.search(r"docs/runbook\.md#([\w-]+)", description)
    assert place, description
    assert place[1] in SECTIONS
    assert f"`{name.removesuffix('Alarm')}`" in SECTIONS[place[1]]


@pytest.mark.parametrize("place", sorted(set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK))))
def test_links_within_lead_somewhere(place: str) -> None:
    assert place in SECTIONS


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_exists_with_its_options(line: str) -> None:
    """As typed: what is wrong with it ends in a UsageError, without anything being run."""
    understood(shlex.split(line)[1:])
