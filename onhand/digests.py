"""`onhand digest`: who gets which message of the morning, and when."""

import json
import secrets
import time
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from onhand import channels
from onhand.completion import group_names, store_names
from onhand.console import UserError, console, printable, step
from onhand.known import confirm_stores, stores
from onhand.memberships import members
from onhand.morning_topic import subscribe, unsubscribe
from onhand.options import Insist
from onhand.read_digests import digests
from onhand.stack import Stack, find_stack
from onhand.stack_state import state_of
from onhand.subscriptions import check_email
from onhand.zones import check_zone
from stock.messages import SendDigest
from stock.reorder_points import ALL_STORES
from stock.times import seconds
from telling.channel import Kind
from telling.digest import Digest, How, days_of, time_of
from telling.language import LANGUAGES

app = typer.Typer(
    help="The message of the morning: what is out, low, new, back, will run out, and who sent no file.",
    no_args_is_help=True,
)

_NO_SENDER = "none"
_WAIT_SECONDS, _LOOK_SECONDS = 60, 0.5


class Where(StrEnum):
    """Where a digest goes."""

    EMAIL = "email"
    SLACK = "slack"
    TEAMS = "teams"


Id = Annotated[str, typer.Argument(metavar="ID", help="As `onhand digest list` shows it.")]


@app.command()
def add(
    where: Annotated[Where, typer.Argument(help="As a mail, or posted in a channel.")],
    address: Annotated[
        str, typer.Argument(help="Email address; or that of a webhook of Slack or Teams (a secret; `-` asks for it).")
    ],
    at: Annotated[str, typer.Option(help="At what time.")] = "7:30",
    days: Annotated[str, typer.Option(help="On which days, such as mon-fri or mon,wed,sat-sun.")] = "mon-sun",
    zone: Annotated[
        str | None, typer.Option(help="In which time zone.", show_default="that of all stores (`onhand zone`), or UTC")
    ] = None,
    store: Annotated[
        list[str] | None, typer.Option(autocompletion=store_names, help="Only of this store. Repeatable.")
    ] = None,
    group: Annotated[
        str | None, typer.Option(autocompletion=group_names, help="Only of the stores of a group.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help=f"{' or '.join(LANGUAGES)}.", show_default="that of the alerts")
    ] = None,
    yes: Insist = False,
) -> None:
    """Send somebody a digest: of all stores, of some, or of a group.

    It lists the 50 most important of what is out or low and nobody takes care of, and says how many there are.

    With the parameter DigestSender of the stack a mail is sent as HTML by Amazon SES, else as text by SNS.
    """
    digest = _checked(Digest(secrets.token_hex(3), How.EMAIL, address, at, days, zone or "", language or ""))
    if where == Where.EMAIL:
        check_email(address)
    if store and group:
        raise UserError("A digest is about the stores of a group or about stores: give --store or --group, not both.")
    stack = find_stack()
    if group:
        members(stack, group)  # there is such a group
    confirm_stores(stack, store or [], yes)
    if where != Where.EMAIL:
        kept = channels.keep(stack, Kind(where), channels.checked_url(stack, address))
        digest = replace(digest, how=How.CHANNEL, to=kept.id)
    elif stack.outputs.DigestSender == _NO_SENDER:
        digest = replace(digest, how=How.SNS)
    digest = replace(
        digest,
        zone=zone or _zone_of_all(stack),
        language=language or _language(stack),
        group=group or "",
        stores=tuple(sorted(set(store or []))),
    )
    pending = digest.how == How.SNS and subscribe(stack, digest.to)
    stack.dynamodb.put_item(TableName=stack.outputs.DigestsTable, Item=digest.item())
    who, which = escape(_who(stack, digest)), escape(_which(digest))
    console.print(f"[green]✓[/] {who} gets digest {digest.id} {_when(digest)}, of {which}")
    if pending:
        console.print("  [yellow]To be confirmed first[/] by the link that was sent there, within 48 hours.")
    console.print(f"  `onhand digest preview {digest.id}` shows what it would be now.")


def _checked(digest: Digest) -> Digest:
    """Return a digest as it is kept. Raises UserError for what cannot be."""
    try:
        at = time_of(digest.at).strftime("%H:%M")
        days_of(digest.days)
    except ValueError as error:
        raise UserError(str(error)) from None
    if digest.zone:
        check_zone(digest.zone)
    if digest.language and digest.language not in LANGUAGES:
        raise UserError(f"Digests speak {' or '.join(LANGUAGES)}, not '{digest.language}'.")
    return replace(digest, at=at, days=digest.days.lower().replace(" ", ""))


def _zone_of_all(stack: Stack) -> str:
    return next((str(row.get("TimeZone", "")) for row in stores(stack) if row["Store"] == ALL_STORES), "")


def _language(stack: Stack) -> str:
    state = state_of(stack, stack.name)
    return state.parameters.get("Language", LANGUAGES[0]) if state else LANGUAGES[0]


@app.command("list")
def list_digests(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the digests."""
    stack = find_stack()
    found = digests(stack)
    if as_json:
        console.print_json(data=[asdict(one) for one in found])
        return
    if not found:
        console.print("Nobody gets a digest. `onhand digest add email ann@example.com` changes that.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("id", "to", "when", "of", "last sent"):
        table.add_column(name, overflow="fold")
    for one in found:
        last = time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds(one.last_sent))) if one.last_sent else "never"
        table.add_row(one.id, escape(printable(_who(stack, one))), _when(one), escape(printable(_which(one))), last)
    console.print(table)


@app.command()
def remove(
    name: Id, dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False
) -> None:
    """Send a digest no more."""
    stack = find_stack()
    digest = _find(stack, name)
    if dry_run:
        console.print(f"{escape(_who(stack, digest))} would get digest {name} no more")
        return
    who = _who(stack, digest)
    stack.dynamodb.delete_item(TableName=stack.outputs.DigestsTable, Key={"Digest": {"S": name}})
    if digest.to not in {one.to for one in digests(stack)}:
        _forget(stack, digest)
    console.print(f"[green]✓[/] {escape(who)} gets digest {name} no more")


def _forget(stack: Stack, digest: Digest) -> None:
    """Forget to whom a digest went: it was the last one that did."""
    if digest.how == How.SNS:
        unsubscribe(stack, digest.to)
    elif (channel := channels.find(stack, digest.to)) and not channel.alerts:
        channels.forget(stack, channel)


@app.command()
def send(name: Id) -> None:
    """Send a digest now, besides its time. What came since is new in the next one."""
    stack = find_stack()
    before = _find(stack, name)
    # The clock here may be behind that of the function.
    moment = max(time.time(), seconds(before.last_sent) + 1 if before.last_sent else 0)
    stack.sqs.send_message(QueueUrl=stack.outputs.DigestsQueueUrl, MessageBody=SendDigest(name, moment).body())
    with step(f"Send digest {name} to {escape(_who(stack, before))}"):
        deadline = time.monotonic() + _WAIT_SECONDS
        while _find(stack, name).last_sent == before.last_sent:
            if time.monotonic() > deadline:
                raise UserError(f"Not sent within {_WAIT_SECONDS} s, it is tried again. `onhand trace` says why.")
            time.sleep(_LOOK_SECONDS)


@app.command()
def preview(
    name: Id, html: Annotated[bool, typer.Option("--html", help="The HTML of the mail, for a browser.")] = False
) -> None:
    """Print what would be sent now. Nothing is."""
    stack = find_stack()
    _find(stack, name)
    function = stack.outputs.SendDigestFunction
    answer = stack.functions.invoke(FunctionName=function, Payload=json.dumps({"preview": name}).encode())
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise UserError(f"Send-Digest fails: {said.get('errorMessage', said)}")
    body = said["html"] if html else f"{said['subject']}\n\n{said['text']}"
    print("\n".join(map(printable, body.splitlines())))  # noqa: T201 - as it would be, without wrapping


def _find(stack: Stack, name: str) -> Digest:
    found = next((one for one in digests(stack) if one.id == name), None)
    if found is None:
        raise UserError(f"There is no digest '{name}'. `onhand digest list` lists them.")
    return found


def _who(stack: Stack, digest: Digest) -> str:
    channel = channels.find(stack, digest.to) if digest.how == How.CHANNEL else None
    return f"channel {channel.shown}" if channel else digest.to


def _when(digest: Digest) -> str:
    return f"at {digest.at} {digest.zone or 'UTC'}, {digest.days}"


def _which(digest: Digest) -> str:
    return f"the stores of {digest.group}" if digest.group else ", ".join(digest.stores) or "every store"
