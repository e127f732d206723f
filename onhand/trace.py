"""`onhand trace`: the story of one upload, from the bucket to what people were told, with times; or what failed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError
from rich.markup import escape
from rich.table import Table

from onhand.console import UserError, console, warn
from onhand.items import plain
from onhand.stack import Stack, find_stack
from onhand.uploads import Upload, find_token, get_uploads, number_of, summary
from stock.order_token import event_time

_BEFORE = timedelta(minutes=1)  # clocks differ
_AFTER = timedelta(days=1)
# Of the lines that the functions write, and of those that Lambda itself writes in JSON.
_BAD_ENDS = ("timeout", "error", "failure")
_FAILED = " || ".join(['{ ($.step = "failed")', *(f'($.record.status = "{end}")' for end in _BAD_ENDS)]) + " }"
_COUNTS = ("Changed", "Unchanged", "Superseded", "Repeated", "Rejected", "Removed")


@dataclass(frozen=True, order=True)
class Step:
    """Something that happened: when (ISO 8601 UTC, "" if nobody noted it), where, what, in words."""

    at: str
    where: str
    what: str


def trace(
    upload: Annotated[
        str | None, typer.Argument(help="Its token, or the name of its file: the newest upload of that counts.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Tell what became of an upload, step by step: from S3 through the queue to the rows and the alerts.

    Put together from the logs of the functions (of a day after it came, and after it was finished last), its record,
    and the alerts. Without UPLOAD: what failed within the last day, whatever it was, from the logs.
    """
    stack = find_stack()
    if upload is None:
        _show_failures(stack, as_json)
        return
    token = find_token(stack, upload)
    record = next(iter(get_uploads(stack, [token])), {})
    lines = list(_lines(stack, token, record))
    if not record and not lines:
        raise UserError(f"Nothing is known of the upload {token}: it has no record, and no line of the logs names it.")
    steps = [*_steps_of_record(token, record), *map(step_of_line, lines), *_alerts(stack, token, record, lines)]
    steps.sort(key=lambda step: (not step.at, step))
    if as_json:
        report = {"token": token, "record": record, "steps": [asdict(step) for step in steps]}
        print(json.dumps(report, indent=2, default=sorted))  # noqa: T201 - for programs, without wrapping
        return
    console.print(summary(record) if record else escape(token), soft_wrap=True)
    console.print(f"[dim]{token}[/]", soft_wrap=True)
    console.print(_table(steps, datetime.fromisoformat(event_time(token))))
    if not lines:
        warn("No line of the logs names it: they are kept for some days only (parameter KeepLogsDays).")


def _show_failures(stack: Stack, as_json: bool) -> None:
    steps = sorted(_failures(stack))
    if as_json:
        print(json.dumps([asdict(step) for step in steps], indent=2))  # noqa: T201 - for programs, without wrapping
    elif steps:
        console.print(_table(steps))
    else:
        console.print("Nothing failed within the last day.")


# ---- Where the steps are from ---------------------------------------------------------------------------------------


def _lines(stack: Stack, token: str, record: Upload) -> Iterator[dict[str, Any]]:
    """Yield the lines of the functions' logs that name an upload, each with the `where` of its function."""
    last = max(event_time(token), str(record.get("Finished", "")))
    first = _milliseconds(event_time(token), -_BEFORE)
    for where, message in _messages(stack, f'"{token}"', first, _milliseconds(last, _AFTER)):
        if line := line_of(message, token):
            yield line | {"where": where}


def _failures(stack: Stack) -> Iterator[Step]:
    """Yield what failed within the last day: messages, and runs of a function that timed out or crashed."""
    since = int(datetime.now().timestamp() * 1000) - int(_AFTER.total_seconds() * 1000)
    for where, message in _messages(stack, _FAILED, since, None):
        line = _parsed(message)
        if line.get("step") == "failed":
            about = next((line[name] for name in ("upload", "store", "digest", "channel") if line.get(name)), "?")
            yield Step(line["at"], where, f"{about}: {_words(line)}")
        elif isinstance(record := line.get("record"), dict) and record.get("status") in _BAD_ENDS:
            yield Step(line["time"], where, f"run {record.get('requestId')} ended: {record['status']}")


def _messages(stack: Stack, pattern: str, first: int, last: int | None) -> Iterator[tuple[str, str]]:
    """Yield function and text of the lines of the logs that match, between two times (epoch milliseconds)."""
    end: dict[str, Any] = {} if last is None else {"endTime": last}
    outputs = stack.outputs
    for function in (
        outputs.LoadInventoryFunction,
        outputs.CheckStockFunction,
        outputs.KeepHistoryFunction,
        outputs.LookAheadFunction,
        outputs.SendDigestFunction,
        outputs.PostToChannelFunction,
    ):
        pages = stack.logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{function}", startTime=first, filterPattern=pattern, **end
        )
        try:
            for page in pages:
                yield from ((function, event["message"]) for event in page["events"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":  # nothing was logged so far
                raise


def _parsed(message: str) -> dict[str, Any]:
    try:
        line = json.loads(message)
    except ValueError:
        return {}
    return line if isinstance(line, dict) else {}


def line_of(message: str, token: str) -> dict[str, Any] | None:
    """Return a line of a log as its facts, if it tells of a step of an upload."""
    line = _parsed(message)
    if "step" not in line:
        return None
    if line.get("upload") != token and token not in line.get("changes", {}):
        return None
    return line | ({"changes": line["changes"][token]} if "changes" in line else {})


def step_of_line(line: dict[str, Any]) -> Step:
    """Return the step that a line of a log tells of."""
    return Step(line["at"], line["where"], _words(line))


def _words(line: dict[str, Any]) -> str:
    match line["step"]:
        case "received":
            part = f" {line['part']} ({line['phase']})" if "part" in line else ""
            return f"took the message: {line['asks']}{part}"
        case "split":
            return f"split into {line['parts']} parts, to {line['phase']} them"
        case "part done":
            return f"part {line['part']} done ({line['phase']}), {line['done']} of {line['parts']}"
        case "loaded" | "refused" | "withdrawn" as state:
            counts = ", ".join(f"{line[name]:,} {name.lower()}" for name in _COUNTS if line.get(name))
            return f"{state}: {line.get('Reason') or counts or 'nothing changed'}"
        case "not withdrawn":
            return f"not withdrawn: {line.get('reason', 'it was not loaded, or who asked may not')}"
        case "failed":
            return f"delivery {line['delivery']} failed: {line['reason']}"
        case "recorded":
            return f"read the stream: rows with another level (out, low, in stock, gone): {line['changes']}"
        case "waits":
            return f"{line['event']} in {line['store']} waits for {line['seconds']:g} s (not complete, or held back)"
        case "published":
            items = number_of(line["alerts"], "item")
            return f"published {line['event']} in {line['store']}: {items}, message {line['message']}"
    return json.dumps(line)


def _steps_of_record(token: str, record: Upload) -> Iterator[Step]:
    by = f", by {record['By']}" if record.get("By") else ""
    yield Step(event_time(token), "S3", f"has the file{by}" + (f", {record['Size']:,} bytes" if record else ""))
    if "Started" in record:
        yield Step(record["Started"], "record", "first attempt began")
    if "Finished" in record:
        yield Step(record["Finished"], "record", f"{record['State']}, as of the newest attempt")


def _alerts(stack: Stack, token: str, record: Upload, lines: list[dict[str, Any]]) -> Iterator[Step]:
    """Yield the alerts of an upload, those of a store and an event together; of stores that are known to have some."""
    stores = {*record.get("Stores", []), *(line["store"] for line in lines if "store" in line)}
    for store in sorted(stores):
        groups: dict[tuple[str, str, str], int] = {}
        for alert in _alerts_of(stack, store, token):
            group = alert.get("SentAt", ""), str(alert.get("Event", "")), str(alert.get("State", ""))
            groups[group] = groups.get(group, 0) + 1
        for (sent, event, state), number in groups.items():
            told = {
                "held": "held back",
                "quiet": "not sent (replay)",
                "claimed": "about to be sent",
                "waits": "not sent (ordered or snoozed)",
            }.get(state, state)
            yield Step(sent, "alerts", f"{event} in {store}: {number_of(number, 'item')}, {told}")


def _alerts_of(stack: Stack, store: str, token: str) -> Iterator[dict[str, Any]]:
    pages = stack.dynamodb.get_paginator("query").paginate(
        TableName=stack.outputs.AlertsTable,
        KeyConditionExpression="#store = :store AND begins_with(Alert, :token)",
        ProjectionExpression="#event, #state, SentAt",
        ExpressionAttributeNames={"#store": "Store", "#event": "Event", "#state": "State"},
        ExpressionAttributeValues={":store": {"S": store}, ":token": {"S": f"{token}#"}},
    )
    for page in pages:
        yield from map(plain, page["Items"])


# ---- Showing them ---------------------------------------------------------------------------------------------------


def _table(steps: list[Step], begin: datetime | None = None) -> Table:
    table = Table("when", "after" if begin else "", "where", "what", box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.columns[1].justify = "right"
    for column in table.columns[:3]:
        column.no_wrap = True
    for step in steps:
        when = after = ""
        if step.at:
            at = datetime.fromisoformat(step.at)
            when = f"{at.astimezone():%m-%d %H:%M:%S.%f}"[:-3]
            after = f"{(at - begin).total_seconds():,.1f} s" if begin else ""
        table.add_row(when, after, step.where, escape(step.what))
    return table


def _milliseconds(moment: str, shift: timedelta) -> int:
    return int((datetime.fromisoformat(moment) + shift).timestamp() * 1000)
