"""Channels of Slack and Teams: their webhooks' addresses are secrets, kept by SSM and never shown again."""

import json
from dataclasses import replace
from urllib.parse import urlsplit

import typer

from onhand.console import UserError
from onhand.stack import Aws, Stack
from telling.channel import Channel, Kind

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PARAMETERS_A_CALL = 10


def checked_url(stack: Stack, url: str) -> str:
    """Return the address of a webhook; `-` asks for it, so that it is not in the shell's history. Raises UserError."""
    if url == "-":
        url = str(typer.prompt("Address of the webhook", hide_input=True, err=True)).strip()
    if not scheme_of(stack, url):
        raise UserError("The address of a webhook begins with https:// (http:// only on this machine).")
    return url


def scheme_of(stack: Stack, url: str) -> str:
    """Return `https`, or `http` of an address on this machine that the local AWS may send to; "": it is neither."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as https://[
        return ""
    is_here = parts.scheme == "http" and stack.is_local and parts.hostname in _LOOPBACK
    return parts.scheme if parts.hostname and (parts.scheme == "https" or is_here) else ""


def keep(stack: Stack, kind: Kind, url: str) -> Channel:
    """Keep a channel with its address; return it, with the alerts that are posted there already."""
    named = Channel.at(kind, url)
    channel = replace(find(stack, named.id) or named, kind=kind)
    stack.ssm.put_parameter(Name=_prefix(stack.name) + channel.id, Value=url, Type="SecureString", Overwrite=True)
    write(stack, channel)
    return channel


def write(stack: Stack, channel: Channel) -> None:
    """Write a channel."""
    stack.dynamodb.put_item(TableName=stack.outputs.ChannelsTable, Item=channel.item())


def subscribe(stack: Stack, channel: Channel) -> None:
    """Have alerts posted in a channel, those that it wants. Another time changes which."""
    dead_letters = json.dumps({"deadLetterTargetArn": arn_of(stack, stack.outputs.FailedDeliveriesQueueUrl)})
    stack.sns.subscribe(
        TopicArn=stack.outputs.NoStockTopic,
        Protocol="sqs",
        Endpoint=arn_of(stack, stack.outputs.ChannelsQueueUrl),
        Attributes={"RawMessageDelivery": "true", "RedrivePolicy": dead_letters},
    )
    write(stack, channel)  # last: a channel of which it is said that it gets alerts does get them


def unsubscribe(stack: Stack, channel: Channel, has_digests: bool) -> None:
    """Post no more alerts in a channel. Without digests, it is forgotten with its address."""
    if has_digests:
        write(stack, replace(channel, alerts=False, stores=(), groups=(), events=()))
    else:
        forget(stack, channel)
    if not any(one.alerts for one in channels(stack)):
        _leave_the_topic(stack)


def _leave_the_topic(stack: Stack) -> None:
    """Unsubscribe the channels queue: as long as no channel wants any alerts, none cost anything."""
    queue, topic = arn_of(stack, stack.outputs.ChannelsQueueUrl), stack.outputs.NoStockTopic
    pages = stack.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    for one in [one for page in pages for one in page["Subscriptions"] if one["Endpoint"] == queue]:
        stack.sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])


def forget(stack: Stack, channel: Channel) -> None:
    """Delete a channel and its address."""
    stack.dynamodb.delete_item(TableName=stack.outputs.ChannelsTable, Key={"Channel": {"S": channel.id}})
    stack.ssm.delete_parameters(Names=[_prefix(stack.name) + channel.id])


def forget_all(aws: Aws, stack: str) -> None:
    """Delete the addresses of all channels of a stack."""
    pages = aws.ssm.get_paginator("get_parameters_by_path").paginate(Path=_prefix(stack))
    names = [one["Name"] for page in pages for one in page["Parameters"]]
    for at in range(0, len(names), _PARAMETERS_A_CALL):
        aws.ssm.delete_parameters(Names=names[at : at + _PARAMETERS_A_CALL])


def channels(stack: Stack) -> list[Channel]:
    """Return all channels. Raises UserError for an item that somebody wrote by hand and is none."""
    table = stack.outputs.ChannelsTable
    pages = stack.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    try:
        return [Channel.of(row) for page in pages for row in page["Items"]]
    except ValueError as error:
        raise UserError(f"The table {table} has an item that is no channel: {error}") from None


def find(stack: Stack, name: str) -> Channel | None:
    """Return a channel by its id; None: there is none."""
    return next((one for one in channels(stack) if one.id == name), None)


def _prefix(stack: str) -> str:
    """How the names of a stack's secrets begin, as template.yaml has it."""
    return f"/{stack}/channels/"


def arn_of(stack: Stack, queue: str) -> str:
    """The ARN of a queue, given by its URL."""
    return stack.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
