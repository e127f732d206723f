"""The monthly estimate: what it counts, and that what it was measured with is still so."""

import inspect
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse
from typer.testing import CliRunner

from benchmarks.files import Shape, base
from benchmarks.files import csv as file_of
from look_ahead import read_past
from onhand import estimate as constants
from onhand.console import UserError
from onhand.cost import PAGES, prices_of
from onhand.estimate import Chain, Line, estimate, first_load
from onhand.main import app
from onhand.target import ROOT, target
from stock.metrics import emit

TEMPLATE: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
PRICES = prices_of("us-east-1")
CHAIN = Chain(stores=100, items=1000, uploads=1, changed=0.02, viewers=0, alerts=1)


def lines(chain: Chain) -> dict[str, Line]:
    return {line.what: line for line in estimate(chain, PRICES)}


def test_a_row_that_changed_is_a_write_unit() -> None:
    found = lines(CHAIN)["Rows that changed"]
    assert found.units == pytest.approx(100 * 365 / 12 * 20)
    assert found.dollars == pytest.approx(found.units * 0.625 / 1_000_000)


def test_what_does_not_change_costs_no_row() -> None:
    assert lines(replace(CHAIN, changed=0))["Rows that changed"].dollars == 0


def test_the_history_costs_a_write_for_each_upload_that_changes_something() -> None:
    assert lines(CHAIN)["Their history"].units == pytest.approx(100 * 365 / 12)
    assert lines(replace(CHAIN, items=10_000))["Their history"].units == pytest.approx(3 * 100 * 365 / 12)
    assert lines(replace(CHAIN, changed=0))["Their history"].units == 0


def test_an_upload_has_at_most_three_messages_and_a_morning_one_however_many_alerts() -> None:
    assert lines(replace(CHAIN, alerts=1000))["Alerts published"].units == pytest.approx((3 + 1) * 100 * 365 / 12)
    assert lines(replace(CHAIN, alerts=0))["Alerts published"].units == 0


def test_nobody_looks_nobody_pays() -> None:
    assert lines(CHAIN)["Dashboards"].dollars == 0
    one, ten = (lines(replace(CHAIN, viewers=viewers))["Dashboards"].units for viewers in (1, 10))
    assert ten == pytest.approx(10 * one)


def test_a_viewer_with_few_uploads_reads_what_the_dashboards_page_says() -> None:
    """docs/dashboard.md: the pulse is 475,200 units, and 2,000 stores that send a file a day are 3,080,000 more."""
    quiet = lines(Chain(stores=2000, items=1, uploads=0, changed=0, viewers=1, alerts=0))["Dashboards"].units
    busy = lines(Chain(stores=2000, items=1, uploads=1, changed=0, viewers=1, alerts=0))["Dashboards"].units
    assert quiet == pytest.approx(475_200 + 5_280)
    assert busy - quiet == pytest.approx(3_080_000, rel=0.001)


def test_metrics_of_a_shop_that_sends_two_files_a_day_are_paid_for_two_hours() -> None:
    metrics = constants.METRICS + constants.METRICS_OF_MORNINGS
    assert lines(replace(CHAIN, stores=2))["Metrics"].units == pytest.approx(metrics * 2 / 24)


def test_a_first_load_writes_every_row() -> None:
    assert first_load(CHAIN, PRICES) == pytest.approx(100_000 * 0.625 / 1_000_000)


def test_another_region_is_refused_in_words() -> None:
    with pytest.raises(UserError, match=r"no prices of 'mars-1' in prices.toml, only of us-east-1, eu-central-1"):
        prices_of("mars-1")


def test_regions_have_the_same_prices_of_other_dollars() -> None:
    frankfurt = prices_of("eu-central-1")
    assert frankfurt.keys() == PRICES.keys()
    for name, price in PRICES.items():
        assert replace(frankfurt[name], dollars=price.dollars) == price
        assert price.dollars <= frankfurt[name].dollars < 1.3 * price.dollars


def test_the_region_is_chosen_as_for_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "region", None)  # what the command sets it to does not outlive the test
    report = json.loads(CliRunner().invoke(app, ["--region", "eu-central-1", "cost", "--stores", "9", "--json"]).stdout)
    assert report["region"] == "eu-central-1"


def test_every_price_names_a_page() -> None:
    assert {price.page for price in PRICES.values()} <= PAGES.keys()
    assert all(page.startswith("https://aws.amazon.com/") for page in PAGES.values())


def test_as_json_it_adds_up() -> None:
    report = json.loads(CliRunner().invoke(app, ["cost", "--stores", "50", "--json"]).stdout)
    assert sum(line["dollars"] for line in report["lines"]) == pytest.approx(report["total"], abs=0.01)


@pytest.mark.parametrize("wrong", [["--stores", "0"], ["--stores", "9", "--changed", "2"], ["--viewers", "1"]])
def test_numbers_that_cannot_be_are_wrong_usage(wrong: list[str]) -> None:
    assert CliRunner().invoke(app, ["cost", *wrong]).exit_code == 2


def test_it_fits_80_columns() -> None:
    shown = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["cost", "--stores", "10000", "--viewers", "100"]).stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown


# ---- What it was measured with --------------------------------------------------------------------------------------


def test_memory_and_alarms_are_those_of_the_template() -> None:
    resources = TEMPLATE["Resources"]
    names = ("LoadInventory", "CheckStock", "KeepHistory", "LookAhead", "SendDigest")
    memory = [resources[name]["Properties"]["MemorySize"] for name in names]
    assert memory == [getattr(constants, f"{name}_MEMORY_MB") for name in ("LOAD", "CHECK", "KEEP", "LOOK", "SEND")]
    alarms = [one for one in resources.values() if one["Type"] == "AWS::CloudWatch::Alarm" and "Condition" not in one]
    assert len(alarms) == constants.ALARMS


def test_uploads_are_kept_as_long_as_the_template_says() -> None:
    assert TEMPLATE["Parameters"]["KeepUploadsDays"]["Default"] == constants.KEEP_UPLOADS_DAYS


def test_history_is_kept_as_long_as_the_template_says_and_taken_as_often() -> None:
    assert TEMPLATE["Parameters"]["KeepHistoryDays"]["Default"] == constants.KEEP_HISTORY_DAYS
    rows = TEMPLATE["Resources"]["KeepHistory"]["Properties"]["Events"]["Rows"]["Properties"]
    assert rows["MaximumBatchingWindowInSeconds"] == constants.KEEP_SECONDS


def test_the_catalogue_is_folded_as_often_as_the_template_says() -> None:
    fold = TEMPLATE["Resources"]["KeepHistory"]["Properties"]["Events"]["Fold"]["Properties"]
    assert fold["Schedule"] == f"rate({constants.FOLD_MINUTES} minutes)"


def test_the_catalogue_costs_at_most_a_tenth_of_the_rows_that_changed() -> None:
    found = lines(Chain(stores=1, items=10_000, uploads=1, changed=0.02, viewers=0, alerts=0))
    assert found["Catalogue of items"].units <= 0.1 * found["Rows that changed"].units


def test_look_ahead_asks_as_often_and_reads_as_far_back() -> None:
    mornings = TEMPLATE["Resources"]["LookAhead"]["Properties"]["Events"]["Mornings"]["Properties"]
    assert mornings["ScheduleExpression"] == f"rate({constants.CLOCK_MINUTES} minutes)"
    clock = TEMPLATE["Resources"]["SendDigest"]["Properties"]["Events"]["Clock"]["Properties"]
    assert clock["ScheduleExpression"] == mornings["ScheduleExpression"]
    assert read_past.PAST_DAYS == constants.PAST_DAYS


def test_a_row_of_a_file_has_as_many_bytes() -> None:
    shape = Shape(stores=1, items=1000)
    assert len(file_of(base(shape))) / shape.rows == pytest.approx(constants.FILE_BYTES_A_ROW, abs=1)


def measured(*row: str) -> float:
    """Return the number that stands behind these cells, in the first such row of docs/performance.md."""
    begin = f"| {' | '.join(row)} | "
    lines = (ROOT / "docs" / "performance.md").read_text().splitlines()
    return next(float(line.removeprefix(begin).split()[0]) for line in lines if line.startswith(begin))


def test_times_are_those_of_the_benchmark_page() -> None:
    """About: the page is of the last run, and the next one gives other numbers."""
    unchanged, changed = (measured("1", "20,000", case, "onhand") / 20 for case in ("0 % changed", "100 % changed"))
    assert pytest.approx(unchanged, rel=0.3) == constants.ROW_MS
    assert pytest.approx(changed - unchanged, rel=0.3) == constants.CHANGED_ROW_MS
    assert pytest.approx(measured("Load-Inventory"), rel=0.3) == constants.LOAD_START_MS
    assert pytest.approx(measured("Check-Stock"), rel=0.3) == constants.CHECK_START_MS


def test_the_log_has_room_for_our_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """The line of the metrics, and one that is not longer, for what Lambda's own lines leave of it."""
    emit(dict.fromkeys(("UploadsLoaded", *(f"RowsChange{number}" for number in range(6))), 100_000))
    assert 2 * len(capsys.readouterr().out) <= constants.LOG_BYTES - 600


def test_the_dashboard_polls_as_often() -> None:
    source = (ROOT / "dashboard/src/data/live.svelte.ts").read_text()
    assert f"LOOK_EVERY_MS = {constants.LOOK_SECONDS * 1000};" in source
    stores = (ROOT / "dashboard/src/data/stores.svelte.ts").read_text().replace("_000", "000")
    assert f"RESYNC_MS = {constants.SUMMARIES_SECONDS * 1000};" in stores


def test_every_measured_number_says_where_it_is_from() -> None:
    """A block of constants names a command, a test or a page in the comment above it or behind it."""
    blocks = re.split(r"\n# ---- ", inspect.getsource(constants))[1:]
    assert all(re.search(r"tests/|make |docs/|a stack with the samples", block) for block in blocks)
