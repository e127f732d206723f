"""A post goes to its channel, comes again later, or is given up."""

from post_to_channel.as_card import as_card
from post_to_channel.as_slack import as_slack
from post_to_channel.services import Answer, Services
from stock.attributes import item
from stock.messages import PostTo
from stock.steps import log_step
from telling.channel import Channel, Kind

_TOO_MANY, _TOO_SLOW = 429, 408
_SHORTEST_PAUSE, _LONGEST_PAUSE = 1, 3600  # seconds
_GONE = (401, 403, 404, 410)


def post_it(services: Services, message: PostTo) -> int:
    """Post something; return after how many seconds it must come again, 0: never.

    Raises ConnectionError if the webhook fails or does not answer. A channel that was removed gets nothing.
    """
    row = services.dynamodb.get(services.settings.channels, item({"Channel": message.channel}))
    if not row:
        return 0
    channel, post = Channel.of(row), message.post
    answer = services.post(channel, as_slack(post) if channel.kind == Kind.SLACK else as_card(post))
    if answer.status == _TOO_MANY:
        return round(min(_LONGEST_PAUSE, max(_SHORTEST_PAUSE, answer.retry_after)))
    if answer.status >= 500 or answer.status == _TOO_SLOW:
        raise ConnectionError(f"{channel.host} answers {answer.status} {answer.text}")
    if answer.status >= 300:
        why = _why(channel, answer)
        services.give_up(message.body(), why)
        log_step("failed", channel=channel.id, reason=why)
    else:
        log_step("posted", channel=channel.id)
    return 0


def _why(channel: Channel, answer: Answer) -> str:
    said = f"{channel.host} does not take it, and will not: {answer.status} {answer.text}."
    if answer.status in _GONE:
        return f"{said} Its webhook was removed, or the channel archived: unsubscribe it, or subscribe its new address."
    return said
