"""What Send-Digest works with: tables, queue, topic and mail, and its settings."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import botocore.session

from stock.dynamodb import DynamoDB
from stock.messages import PostTo
from stock.queue_and_topic import QueueAndTopic


@dataclass(frozen=True)
class Settings:
    """Names and choices, as the template hands them to the function. `sender`: of mails by SES, "": there are none."""

    digests: str
    stores: str
    groups: str
    inventory: str
    alerts: str
    acknowledgements: str
    forecasts: str
    queue_url: str
    channels_queue_url: str
    topic_arn: str
    dashboard_url: str
    sender: str = ""
    shards: int = 1

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings from the environment variables of docs/data-model.md."""
        env = os.environ
        return cls(
            digests=env["DIGESTS_TABLE"],
            stores=env["STORES_TABLE"],
            groups=env["GROUPS_TABLE"],
            inventory=env["INVENTORY_TABLE"],
            alerts=env["ALERTS_TABLE"],
            acknowledgements=env["ACKNOWLEDGEMENTS_TABLE"],
            forecasts=env["FORECASTS_TABLE"],
            queue_url=env["DIGESTS_QUEUE_URL"],
            channels_queue_url=env["CHANNELS_QUEUE_URL"],
            topic_arn=env["MORNING_TOPIC_ARN"],
            dashboard_url=env["DASHBOARD_URL"].rstrip("/"),
            sender=env.get("DIGEST_SENDER", ""),
            shards=int(env.get("SHARDS", "1")),
        )


class Services(QueueAndTopic):
    """The clients of one function instance.

    `clock` returns epoch seconds; it is here so that tests need not wait for a morning.
    """

    def __init__(
        self,
        settings: Settings,
        session: botocore.session.Session | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        session = session or botocore.session.get_session()
        super().__init__(session, settings.queue_url, settings.topic_arn)
        self.settings = settings
        self.clock = clock
        self.dynamodb = DynamoDB(session)

    def post(self, message: PostTo) -> None:
        """Have something posted in a channel."""
        self._client("sqs").send_message(QueueUrl=self.settings.channels_queue_url, MessageBody=message.body())

    def mail(self, to: str, subject: str, text: str, html: str) -> None:
        """Send a mail by SES. Raises what botocore does if SES refuses it."""

        def part(data: str) -> dict[str, str]:
            return {"Data": data, "Charset": "UTF-8"}

        body = {"Text": part(text), "Html": part(html)}
        self._client("sesv2").send_email(
            FromEmailAddress=self.settings.sender,
            Destination={"ToAddresses": [to]},
            Content={"Simple": {"Subject": part(subject), "Body": body}},
        )
