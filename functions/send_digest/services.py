"""What Send-Digest works with: tables, queue, topic and mail, and its settings."""

from dataclasses import dataclass, field

from stock.messages import PostTo
from stock.queue_and_topic import QueueAndTopic
from stock.settings import FromEnvironment, variable, without_slash


@dataclass(frozen=True)
class Settings(FromEnvironment):
    """Names and choices, as the template hands them to the function. `sender`: of mails by SES, "": there are none."""

    digests: str = field(metadata=variable("DIGESTS_TABLE"))
    stores: str = field(metadata=variable("STORES_TABLE"))
    groups: str = field(metadata=variable("GROUPS_TABLE"))
    inventory: str = field(metadata=variable("INVENTORY_TABLE"))
    alerts: str = field(metadata=variable("ALERTS_TABLE"))
    acknowledgements: str = field(metadata=variable("ACKNOWLEDGEMENTS_TABLE"))
    forecasts: str = field(metadata=variable("FORECASTS_TABLE"))
    queue_url: str = field(metadata=variable("DIGESTS_QUEUE_URL"))
    channels_queue_url: str = field(metadata=variable("CHANNELS_QUEUE_URL"))
    topic_arn: str = field(metadata=variable("MORNING_TOPIC_ARN"))
    dashboard_url: str = field(metadata=variable("DASHBOARD_URL", without_slash))
    sender: str = field(default="", metadata=variable("DIGEST_SENDER"))
    shards: int = field(default=1, metadata=variable("SHARDS", int))


class Services(QueueAndTopic[Settings]):
    """The clients of one function instance."""

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
