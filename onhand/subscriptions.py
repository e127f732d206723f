"""`onhand subscribe`, `subscriptions`, `unsubscribe`: who receives which alerts."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from botocore.exceptions import ClientError
from rich.markup import escape
from rich.table import Table

from onhand.console import UserError, console
from onhand.stack import Stack, find_stack

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_POLICY_SID = "OnhandAlerts"


class Protocol(StrEnum):
    """How somebody receives alerts."""

    EMAIL = "email"
    SMS = "sms"
    HTTPS = "https"
    SQS = "sqs"


class Event(StrEnum):
    """Which alerts somebody receives."""

    OUT = "out"
    LOW = "low"
    BACK = "back"


_EVENTS = {Event.OUT: "OUT_OF_STOCK", Event.LOW: "LOW_STOCK", Event.BACK: "BACK_IN_STOCK"}
_WORDS = {"OUT_OF_STOCK": "what ran out", "LOW_STOCK": "what is low", "BACK_IN_STOCK": "what is back"}
_SHORT = {name: event.value for event, name in _EVENTS.items()}


@dataclass(frozen=True)
class Subscription:
    """A subscription of the topic. `arn` None: it was not confirmed yet."""

    arn: str | None
    protocol: str
    address: str
    stores: list[str]
    events: list[str]


def subscribe(
    protocol: Annotated[Protocol, typer.Argument(help="How.")],
    address: Annotated[
        str, typer.Argument(help="Where: an email address, +49…, https://… (http://… on this machine), or a queue.")
    ],
    store: Annotated[list[str] | None, typer.Option(help="Only of this store. Repeatable.")] = None,
    event: Annotated[list[Event] | None, typer.Option(help="Only this: out, low or back. Repeatable.")] = None,
) -> None:
    """Send alerts to somebody: of all stores or some, of everything or only what ran out.

    Subscribing an address again changes what it receives. Emails and https must be confirmed by who gets them.
    """
    stack = find_stack()
    policy: dict[str, list[str]] = {}
    if store:
        policy["store"] = sorted(set(store))
    if event:
        policy["event"] = sorted({_EVENTS[one] for one in event})
    wire, endpoint = _endpoint(stack, protocol, address)
    known = next((one for one in _list(stack) if (one.protocol, one.address) == (wire, endpoint)), None)
    try:
        if known and known.arn:
            stack.sns.set_subscription_attributes(
                SubscriptionArn=known.arn, AttributeName="FilterPolicy", AttributeValue=json.dumps(policy)
            )
            pending = False
        else:
            answer = stack.sns.subscribe(
                TopicArn=stack.outputs.NoStockTopic,
                Protocol=wire,
                Endpoint=endpoint,
                Attributes={"FilterPolicy": json.dumps(policy)} if policy else {},
            )
            pending = not answer["SubscriptionArn"].startswith("arn:")
    except ClientError as error:
        raise UserError(f"{address}: {error.response['Error'].get('Message', error)}") from None
    what = " and ".join(_WORDS[one] for one in policy.get("event", _WORDS))
    where = ", ".join(policy.get("store", ["every store"]))
    console.print(f"[green]✓[/] {escape(address)} receives alerts of {what} in {escape(where)}")
    if pending:
        console.print(
            "  [yellow]To be confirmed first[/] by the link that was sent there. `onhand subscriptions` shows it."
        )
    elif stack.is_local and protocol in (Protocol.EMAIL, Protocol.SMS):
        console.print("  [dim]The local AWS sends no email and no SMS: `onhand up` shows their texts.[/]")


def subscriptions(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List who receives which alerts."""
    found = _list(find_stack())
    if as_json:
        console.print_json(json.dumps([{**vars(one), "pending": one.arn is None} for one in found]))
        return
    if not found:
        console.print("Nobody receives alerts. `onhand subscribe email ann@example.com` changes that.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("how", "where", "stores", "events"):
        table.add_column(name, overflow="fold", no_wrap=name == "how")
    for one in found:
        # SNS does not show the filter of an unconfirmed subscription.
        stores, events = (_words(one.stores, "all"), _words(one.events, "all")) if one.arn else ("?", "?")
        pending = "" if one.arn else "\n[yellow]to be confirmed[/]"
        table.add_row(one.protocol, escape(_shown(one)) + pending, escape(stores), escape(events))
    console.print(table)


def _shown(one: Subscription) -> str:
    """The address as people know it: of a queue its name."""
    return one.address.rpartition(":")[2] if one.protocol == "sqs" else one.address


def unsubscribe(
    address: Annotated[str, typer.Argument(help="As `onhand subscriptions` shows it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,
) -> None:
    """Send no more alerts to an address."""
    stack = find_stack()
    found = [one for one in _list(stack) if address in (one.address, one.address.rpartition(":")[2])]
    if not found:
        raise UserError(f"{address} is not subscribed. `onhand subscriptions` lists who is.")
    confirmed = [one.arn for one in found if one.arn]
    if not confirmed:
        raise UserError(f"{address} was never confirmed: nothing is sent there, and SNS forgets it by itself.")
    if dry_run:
        for one in found:
            so_far = f"{_words(one.events, 'everything')} of {_words(one.stores, 'every store')}"
            console.print(f"{escape(address)} would receive nothing any more, so far {escape(so_far)}")
        return
    for arn in confirmed:
        stack.sns.unsubscribe(SubscriptionArn=arn)
    console.print(f"[green]✓[/] {escape(address)} receives nothing any more")


def _endpoint(stack: Stack, protocol: Protocol, address: str) -> tuple[str, str]:
    """The protocol and the endpoint as SNS wants them. Raises UserError for an address that cannot be one."""
    match protocol:
        case Protocol.EMAIL:
            if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
                raise UserError(f"'{address}' is not an email address.")
        case Protocol.SMS:
            number = re.sub(r"[\s()/-]", "", address)
            if not re.fullmatch(r"\+[1-9]\d{6,14}", number):
                raise UserError(f"'{address}' is not a phone number with its country, such as +491701234567.")
            return "sms", number
        case Protocol.HTTPS:
            parts = urlsplit(address)
            if parts.scheme == "http" and (stack.is_local and parts.hostname in _LOOPBACK):
                return "http", address
            if parts.scheme != "https" or not parts.hostname:
                raise UserError(f"'{address}' does not begin with https:// (http:// only on this machine).")
        case Protocol.SQS:
            return "sqs", _queue(stack, address)
    return protocol.value, address


def _queue(stack: Stack, address: str) -> str:
    """The ARN of a queue, given by ARN, URL or name; lets the topic send to it."""
    try:
        name = address.rpartition(":")[2] if address.startswith("arn:") else address.rpartition("/")[2]
        url = address if "://" in address else stack.sqs.get_queue_url(QueueName=name)["QueueUrl"]
        attributes = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn", "Policy"])["Attributes"]
    except ClientError as error:
        raise UserError(f"The queue {address}: {error.response['Error'].get('Message', error)}") from None
    arn: str = attributes["QueueArn"]
    policy: dict[str, Any] = json.loads(attributes.get("Policy") or '{"Version": "2012-10-17", "Statement": []}')
    if not any(statement.get("Sid") == _POLICY_SID for statement in policy["Statement"]):
        policy["Statement"].append(
            {
                "Sid": _POLICY_SID,
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": stack.outputs.NoStockTopic}},
            }
        )
        stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return arn


def _list(stack: Stack) -> list[Subscription]:
    pages = stack.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=stack.outputs.NoStockTopic)
    found = []
    for page in pages:
        for entry in page["Subscriptions"]:
            arn = entry["SubscriptionArn"] if entry["SubscriptionArn"].startswith("arn:") else None
            attributes = stack.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"] if arn else {}
            if attributes.get("PendingConfirmation") == "true":
                arn = None
            policy = json.loads(attributes.get("FilterPolicy") or "{}")
            events = [_SHORT.get(name, name) for name in policy.get("event", [])]
            found.append(Subscription(arn, entry["Protocol"], entry["Endpoint"], policy.get("store", []), events))
    return sorted(found, key=lambda one: (one.protocol, one.address))


def _words(names: list[str], every: str) -> str:
    return ", ".join(names) or every
