"""What Check-Stock works with: tables, queue and topic, and its settings."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import botocore.session

from stock.dynamodb import DynamoDB
from stock.queue_and_topic import QueueAndTopic


@dataclass(frozen=True)
class Settings:
    """Names and choices, as the template hands them to the function."""

    inventory: str
    stores: str
    uploads: str
    alerts: str
    acknowledgements: str
    queue_url: str
    topic_arn: str
    dashboard_url: str
    language: str = "en"
    flap_seconds: float = 600
    shards: int = 1

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings from the environment variables of docs/data-model.md."""
        env = os.environ
        return cls(
            inventory=env["INVENTORY_TABLE"],
            stores=env["STORES_TABLE"],
            uploads=env["UPLOADS_TABLE"],
            alerts=env["ALERTS_TABLE"],
            acknowledgements=env["ACKNOWLEDGEMENTS_TABLE"],
            queue_url=env["ALERTS_QUEUE_URL"],
            topic_arn=env["NO_STOCK_TOPIC_ARN"],
            dashboard_url=env["DASHBOARD_URL"].rstrip("/"),
            language=env.get("LANGUAGE", "en"),
            flap_seconds=60 * float(env.get("FLAP_MINUTES", "10")),
            shards=int(env.get("SHARDS", "1")),
        )


class Services(QueueAndTopic):
    """The clients of one function instance.

    `clock` returns epoch seconds, `sleep` waits; they are here so that tests need not wait for a claim to run out.
    """

    def __init__(
        self,
        settings: Settings,
        session: botocore.session.Session | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        session = session or botocore.session.get_session()
        super().__init__(session, settings.queue_url, settings.topic_arn)
        self.settings = settings
        self.clock = clock
        self.sleep = sleep
        self.dynamodb = DynamoDB(session)
