"""Lambda's way in: messages of the channels queue, alerts that SNS puts there, and posts for one channel.

So a channel that does not answer keeps no other one waiting.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from post_to_channel.post_it import post_it
from post_to_channel.services import Services, Settings
from stock.attributes import text
from stock.messages import PostTo, channels_message
from stock.steps import log_step
from stock.take_each import take_each
from telling.channel import Channel
from telling.language import Texts
from telling.post import of_alert


def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Take messages; report those that must come again."""
    return take_messages(_services(), event["Records"])


def take_messages(services: Services, records: list[dict[str, Any]]) -> dict[str, Any]:
    """Take messages; report those that must come again."""

    def act(body: str) -> int:
        message = channels_message(body)
        if isinstance(message, PostTo):
            return post_it(services, message)
        _share_out(services, message)
        return 0

    return take_each(records, act, services.postpone, lambda _body: {})


def _share_out(services: Services, alert: dict[str, Any]) -> None:
    """Send a message for every channel that wants an alert: each is tried again by itself."""
    texts = Texts.load(services.settings.language)
    post = of_alert(alert, texts.shared("open_dashboard"), texts.shared("more"))
    services.send(PostTo(channel.id, post) for channel in _channels(services) if channel.wants(alert))


def _channels(services: Services) -> Iterator[Channel]:
    """Yield all channels. One that somebody wrote by hand and that is none does not keep the others back."""
    for page in services.dynamodb.pages({"TableName": services.settings.channels}, "Scan"):
        for row in page:
            try:
                yield Channel.of(row)
            except ValueError as error:
                log_step("failed", channel=text(row, "Channel"), reason=str(error))


@cache
def _services() -> Services:
    return Services(Settings.from_environment())
