"""What Post-To-Channel works with: its table, its queues, the secrets, and the webhooks themselves."""

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session

from stock.queue_and_topic import QueueAndTopic
from stock.settings import FromEnvironment, variable
from telling.alert_message import one_line
from telling.channel import Channel

_SECONDS = (3, 10)  # to wait for a connection, and for an answer


@dataclass(frozen=True)
class Settings(FromEnvironment):
    """Names and choices, as the template hands them to the function. `secrets`: how the names of secrets begin."""

    channels: str = field(metadata=variable("CHANNELS_TABLE"))
    queue_url: str = field(metadata=variable("CHANNELS_QUEUE_URL"))
    failed_url: str = field(metadata=variable("FAILED_POSTS_QUEUE_URL"))
    secrets: str = field(metadata=variable("CHANNEL_SECRETS"))
    language: str = field(default="en", metadata=variable("LANGUAGE"))


class Answer(NamedTuple):
    """What a webhook answered: status, the first 100 characters, on one line, and when to come again, in seconds."""

    status: int
    text: str
    retry_after: float


class Services(QueueAndTopic[Settings]):
    """The clients of one function instance."""

    def __init__(self, settings: Settings, session: botocore.session.Session | None = None) -> None:
        super().__init__(settings, session)
        self._http = URLLib3Session(timeout=_SECONDS)  # type: ignore[arg-type]

    def post(self, channel: Channel, payload: dict[str, Any]) -> Answer:
        """Post something at the address of a channel, which is a secret: no error names it.

        Raises ConnectionError if nobody answers there.
        """
        name = f"{self.settings.secrets}{channel.id}"
        url = self._client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        headers = {"Content-Type": "application/json"}
        body = json.dumps(payload, ensure_ascii=False).encode()
        try:
            answer = self._http.send(AWSRequest("POST", url, headers=headers, data=body).prepare())
        except (BotoCoreError, HTTPClientError) as error:
            raise ConnectionError(f"{channel.host} does not answer: {type(error).__name__}") from None
        said = answer.content.decode(errors="replace")
        for secret in filter(None, urlsplit(url)[2:4]):  # path and query, which a page of an error may repeat
            said = said.replace(secret, "…")
        return Answer(answer.status_code, one_line(said)[:100], _seconds(answer.headers.get("Retry-After", "")))

    def give_up(self, body: str, why: str) -> None:
        """Put a message into the queue of what could not be posted, with the reason."""
        reason = {"Why": {"DataType": "String", "StringValue": why}}
        self._client("sqs").send_message(QueueUrl=self.settings.failed_url, MessageBody=body, MessageAttributes=reason)


def _seconds(retry_after: str) -> float:
    """Return the seconds of the header Retry-After; 0 if it has none, or a date."""
    return float(retry_after) if retry_after.isdecimal() else 0
