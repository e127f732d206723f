"""`onhand subscribe`, `subscriptions`, `unsubscribe`: who receives which alerts."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

import typer
from botocore.exceptions import ClientError
from rich.markup import escape
from rich.table import Table

from onhand import channels, subscribed_queue
from onhand.completion import group_names, store_names
from onhand.console import UserError, console, warn
from onhand.events import EVENTS, Event
from onhand.known import confirm_stores
from onhand.memberships import members
from onhand.options import Insist
from onhand.read_digests import digests
from onhand.stack import Stack, find_stack
from telling.channel import Channel, Kind

# Of SNS, see "Filter policy constraints" in its developer guide.
_COMBINATIONS = 150
_FILTERS_OF_A_TOPIC = 200
_TOO_MANY_FILTERS = (
    f"The topic has as many filters as the account allows ({_FILTERS_OF_A_TOPIC}, if it was never raised), so nobody "
    "else can be subscribed with --store, --group or --event, and nothing was changed. Ways out: put the stores of one "
    "subscriber into a group (`onhand group`), which is one filter for any number of stores; ask for more filter "
    "policies per topic in the console of Service Quotas; leave out --store, --group and --event; or subscribe one "
    'queue to everything, and let a program of yours send on what comes (docs/subscribers.md, "Many subscribers").'
)


class Protocol(StrEnum):
    """How somebody receives alerts."""

    EMAIL = "email"
    SMS = "sms"
    HTTPS = "https"
    SQS = "sqs"
    SLACK = "slack"
    TEAMS = "teams"


_WORDS = {
    "OUT_OF_STOCK": "what ran out",
    "LOW_STOCK": "what is low",
    "BACK_IN_STOCK": "what is back",
    "RUNS_OUT_SOON": "what will run out",
}
_SHORT = {name: event.value for event, name in EVENTS.items()}


@dataclass(frozen=True)
class Subscription:
    """A subscription of the topic. `arn` None: it was not confirmed yet."""

    arn: str | None
    protocol: str
    address: str
    stores: list[str]
    groups: list[str]
    events: list[str]


def subscribe(
    protocol: Annotated[Protocol, typer.Argument(help="How.")],
    address: Annotated[
        str,
        typer.Argument(
            help="Where: an email address, +49…, https://… (http://… on this machine), a queue, or the address of a "
            "webhook of Slack or Teams Workflows (a secret; `-` asks for it)."
        ),
    ],
    store: Annotated[
        list[str] | None, typer.Option(autocompletion=store_names, help="Only of this store. Repeatable.")
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            autocompletion=group_names, help="Only of the stores of this group, whichever it has. Repeatable."
        ),
    ] = None,
    event: Annotated[
        list[Event] | None,
        typer.Option(help="Only this: out, low, back, or soon (will run out). Repeatable."),
    ] = None,
    yes: Insist = False,
) -> None:
    """Send alerts to somebody: of all stores or some, of everything or only what ran out.

    Subscribing an address again changes what it receives. Emails and https must be confirmed by who gets them.
    """
    policy = _policy(store or [], group or [], event or [])
    stack = find_stack()
    for one in policy.get("group", []):
        members(stack, one)  # there is such a group
    confirm_stores(stack, policy.get("store", []), yes)
    if protocol in (Protocol.SLACK, Protocol.TEAMS):
        url = channels.checked_url(stack, address)
        channel = channels.keep(stack, Kind(protocol), url)
        of_stores, of_groups, of_events = (tuple(policy.get(name, ())) for name in ("store", "group", "event"))
        wanted = replace(channel, alerts=True, stores=of_stores, groups=of_groups, events=of_events)
        channels.subscribe(stack, wanted)
        _say(f"Channel {channel.shown}", policy)
        return
    wire, endpoint, own = _endpoint(stack, protocol, address)
    pending = _set(stack, wire, endpoint, policy)
    _say(address, policy)
    if not own:
        warn(subscribed_queue.what_the_owner_does(stack, endpoint))
    elif pending:
        console.print(
            "  [yellow]To be confirmed first[/] by the link that was sent there, within 48 hours. "
            "`onhand subscriptions` shows it."
        )
    elif stack.is_local and protocol in (Protocol.EMAIL, Protocol.SMS):
        console.print("  [dim]The local AWS sends no email and no SMS: `onhand up` shows their texts.[/]")
    elif protocol is Protocol.SMS:
        _look_for_the_sandbox(stack, endpoint)


def _say(who: str, policy: dict[str, list[str]]) -> None:
    what = " and ".join(_WORDS[one] for one in policy.get("event", _WORDS))
    groups = [f"the stores of {one}" for one in policy.get("group", [])]
    where = ", ".join(groups or policy.get("store", ["every store"]))
    console.print(f"[green]✓[/] {escape(who)} receives alerts of {what} in {escape(where)}")


def _policy(stores: list[str], groups: list[str], events: list[Event]) -> dict[str, list[str]]:
    """A filter policy. Raises UserError if SNS would not take it, or it would not do what is meant."""
    if stores and groups:
        raise UserError(
            "With both --store and --group, only stores that are named and in the group would count. Give one of them, "
            "or put those stores into a group (`onhand group add`)."
        )
    policy: dict[str, list[str]] = {}
    if stores:
        policy["store"] = sorted(set(stores))
    if groups:
        policy["group"] = sorted(set(groups))
    if set(events) not in (set(), set(Event)):  # all events are no filter
        policy["event"] = sorted({EVENTS[one] for one in events})
    names, kinds = len(policy.get("store", policy.get("group", []))), len(policy.get("event", []))
    if names * max(kinds, 1) > _COMBINATIONS:
        counted = f"{names} {'groups' if groups else 'stores'}" + (f" × {kinds} events" if kinds else "")
        raise UserError(
            f"{counted} are {names * max(kinds, 1)} combinations, and SNS takes {_COMBINATIONS} in one filter. Put "
            "them into one group (`onhand group`) and give that, leave out --event, or let the receiver sort them."
        )
    return policy


def _set(stack: Stack, wire: str, endpoint: str, policy: dict[str, list[str]]) -> bool:
    """Subscribe an address, or change what it receives; return whether it must be confirmed.

    Raises UserError if SNS refuses.
    """
    dead_letters = channels.arn_of(stack, stack.outputs.FailedDeliveriesQueueUrl)
    attributes = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": dead_letters})}
    if policy:
        attributes["FilterPolicy"] = json.dumps(policy)
    known = next((one for one in subscribers(stack) if (one.protocol, one.address) == (wire, endpoint)), None)
    try:
        if known and known.arn:
            for name, value in ({"FilterPolicy": "{}"} | attributes).items():
                stack.sns.set_subscription_attributes(
                    SubscriptionArn=known.arn, AttributeName=name, AttributeValue=value
                )
            return False
        topic = stack.outputs.NoStockTopic
        answer = stack.sns.subscribe(TopicArn=topic, Protocol=wire, Endpoint=endpoint, Attributes=attributes)
        return not answer["SubscriptionArn"].startswith("arn:")
    except stack.sns.exceptions.FilterPolicyLimitExceededException:
        if not known:
            _forget(stack, wire, endpoint)
        raise UserError(_TOO_MANY_FILTERS) from None
    except ClientError as error:
        raise UserError(f"{endpoint}: {error.response['Error'].get('Message', error)}") from None


def _forget(stack: Stack, wire: str, endpoint: str) -> None:
    """Remove what SNS may have made without the filter that it refused: it would receive every alert."""
    for one in subscribers(stack):
        if (one.protocol, one.address) == (wire, endpoint) and one.arn:
            stack.sns.unsubscribe(SubscriptionArn=one.arn)


def _look_for_the_sandbox(stack: Stack, number: str) -> None:
    """Warn if the account sends SMS only to numbers that it has verified, and this is none of them."""
    try:
        if not stack.sns.get_sms_sandbox_account_status()["IsInSandbox"]:
            return
        pages = stack.sns.get_paginator("list_sms_sandbox_phone_numbers").paginate()
        states = {one["PhoneNumber"]: one["Status"] for page in pages for one in page["PhoneNumbers"]}
    except ClientError as error:
        reason = error.response["Error"].get("Message", error)
        warn(f"It could not be looked up whether the account is in the SMS sandbox: {reason}")
        return
    if states.get(number) != "Verified":
        warn(
            f"The account is in the SMS sandbox in {stack.region}: SNS sends SMS to verified numbers only, and "
            f"{number} is none. Verify it in the SNS console (Text messaging, Sandbox destination phone numbers), or "
            "have the account moved out of the sandbox there."
        )


def subscriptions(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List who receives which alerts."""
    stack = find_stack()
    found = [*subscribers(stack), *_posted(stack)]
    if as_json:
        console.print_json(json.dumps([{**vars(one), "pending": one.arn is None} for one in found]))
        return
    if not found:
        console.print("Nobody receives alerts. `onhand subscribe email ann@example.com` changes that.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("how", "where", "stores and groups", "events"):
        table.add_column(name, overflow="fold", no_wrap=name == "how")
    for one in found:
        # SNS does not show the filter of an unconfirmed subscription.
        stores, events = (_where(one, "all"), _words(one.events, "all")) if one.arn else ("?", "?")
        pending = "" if one.arn else "\n[yellow]to be confirmed[/]"
        table.add_row(one.protocol, escape(_shown(one)) + pending, escape(stores), escape(events))
    console.print(table)
    filters = sum(bool(one.stores or one.groups or one.events) for one in found if one.protocol not in tuple(Kind))
    if filters > _FILTERS_OF_A_TOPIC * 3 // 4:
        warn(
            f"{filters} of them have a filter. SNS takes {_FILTERS_OF_A_TOPIC} in a topic, unless the account had that "
            'raised (docs/subscribers.md, "Many subscribers").'
        )


def _posted(stack: Stack) -> list[Subscription]:
    """The channels in which alerts are posted."""
    return [
        Subscription(one.id, one.kind, one.shown, list(one.stores), list(one.groups), _events(one.events))
        for one in channels.channels(stack)
        if one.alerts
    ]


def _events(names: Iterable[str]) -> list[str]:
    return [_SHORT.get(name, name) for name in names]


def _shown(one: Subscription) -> str:
    """The address as people know it: of a queue its name."""
    return one.address.rpartition(":")[2] if one.protocol == "sqs" else one.address


def unsubscribe(
    address: Annotated[str, typer.Argument(help="As `onhand subscriptions` shows it; of a channel its id.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,
) -> None:
    """Send no more alerts to an address."""
    stack = find_stack()
    if (channel := channels.find(stack, address)) and channel.alerts:
        _unsubscribe_channel(stack, channel, dry_run)
        return
    found = [one for one in subscribers(stack) if address in (one.address, one.address.rpartition(":")[2])]
    if not found:
        raise UserError(f"{address} is not subscribed. `onhand subscriptions` lists who is.")
    confirmed = [one.arn for one in found if one.arn]
    if not confirmed:
        raise UserError(f"{address} was never confirmed: nothing is sent there, and SNS forgets it by itself.")
    if dry_run:
        for one in found:
            so_far = f"{_words(one.events, 'everything')} of {_where(one, 'every store')}"
            console.print(f"{escape(address)} would receive nothing any more, so far {escape(so_far)}")
        return
    for arn in confirmed:
        stack.sns.unsubscribe(SubscriptionArn=arn)
    console.print(f"[green]✓[/] {escape(address)} receives nothing any more")


def _unsubscribe_channel(stack: Stack, channel: Channel, dry_run: bool) -> None:
    if dry_run:
        console.print(f"Nothing would be posted in channel {escape(channel.shown)} any more, but for digests")
        return
    channels.unsubscribe(stack, channel, has_digests=channel.id in {one.to for one in digests(stack)})
    console.print(f"[green]✓[/] No alerts are posted in channel {escape(channel.shown)} any more")


def _endpoint(stack: Stack, protocol: Protocol, address: str) -> tuple[str, str, bool]:
    """The protocol and the endpoint as SNS wants them, and whether we need nobody else's help to send there.

    Raises UserError for an address that cannot be one.
    """
    match protocol:
        case Protocol.EMAIL:
            check_email(address)
        case Protocol.SMS:
            number = re.sub(r"[\s()/-]", "", address)
            if not re.fullmatch(r"\+[1-9]\d{6,14}", number):
                raise UserError(f"'{address}' is not a phone number with its country, such as +491701234567.")
            return "sms", number, True
        case Protocol.HTTPS:
            if not (scheme := channels.scheme_of(stack, address)):
                raise UserError(f"'{address}' does not begin with https:// (http:// only on this machine).")
            return scheme, address, True
        case Protocol.SQS:
            return "sqs", *subscribed_queue.prepare(stack, address)
    return protocol.value, address, True


def check_email(address: str) -> None:
    """Raises UserError for what is no email address."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
        raise UserError(f"'{address}' is not an email address.")


def subscribers(stack: Stack) -> list[Subscription]:
    """Who subscribed to the topic, but for the queue from which channels get their posts."""
    own = channels.arn_of(stack, stack.outputs.ChannelsQueueUrl)
    pages = stack.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=stack.outputs.NoStockTopic)
    found = []
    for page in pages:
        for entry in page["Subscriptions"]:
            if entry["Endpoint"] == own:
                continue
            arn = entry["SubscriptionArn"] if entry["SubscriptionArn"].startswith("arn:") else None
            attributes = stack.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"] if arn else {}
            if attributes.get("PendingConfirmation") == "true":
                arn = None
            policy = json.loads(attributes.get("FilterPolicy") or "{}")
            events = _events(policy.get("event", []))
            named = policy.get("store", []), policy.get("group", [])
            found.append(Subscription(arn, entry["Protocol"], entry["Endpoint"], *named, events))
    return sorted(found, key=lambda one: (one.protocol, one.address))


def who_receives(stack: Stack, store: str | None = None, group: str | None = None) -> Iterator[str]:
    """Yield in words who receives alerts or digests of a store that is named, or of a group."""
    what = store if store is not None else f"the group {group}"
    for one in [*subscribers(stack), *_posted(stack)]:
        if store in one.stores or group in one.groups:
            yield f"{one.address} receives alerts of {what}: `onhand subscribe` changes that."
    for digest in digests(stack):
        if store in digest.stores or digest.group == group:
            yield f"Digest {digest.id}, to {digest.to}, is of {what}: `onhand digest` changes that."


def _where(one: Subscription, every: str) -> str:
    return _words([*one.stores, *(f"group {name}" for name in one.groups)], every)


def _words(names: list[str], every: str) -> str:
    return ", ".join(names) or every
