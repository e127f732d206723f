"""What Look-Ahead works with: tables, queue and topic, and its settings."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import botocore.session

from stock.dynamodb import DynamoDB
from stock.queue_and_topic import QueueAndTopic


@dataclass(frozen=True)
class Settings:
    """Names and choices, as the template hands them to the function.

    `hour`: of a store's own day, in which it is looked ahead. `soon_days`: people are told of what is likely out within
    so many days, and not again for as long.
    """

    inventory: str
    stores: str
    uploads: str
    history: str
    forecasts: str
    alerts: str
    acknowledgements: str
    queue_url: str
    topic_arn: str
    dashboard_url: str
    hour: int = 6
    soon_days: int = 7
    language: str = "en"
    shards: int = 1

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the settings from the environment variables of docs/data-model.md."""
        env = os.environ
        return cls(
            inventory=env["INVENTORY_TABLE"],
            stores=env["STORES_TABLE"],
            uploads=env["UPLOADS_TABLE"],
            history=env["HISTORY_TABLE"],
            forecasts=env["FORECASTS_TABLE"],
            alerts=env["ALERTS_TABLE"],
            acknowledgements=env["ACKNOWLEDGEMENTS_TABLE"],
            queue_url=env["LOOK_AHEAD_QUEUE_URL"],
            topic_arn=env["NO_STOCK_TOPIC_ARN"],
            dashboard_url=env["DASHBOARD_URL"].rstrip("/"),
            hour=int(env.get("LOOK_AHEAD_HOUR", "6")),
            soon_days=int(env.get("SOON_DAYS", "7")),
            language=env.get("LANGUAGE", "en"),
            shards=int(env.get("SHARDS", "1")),
        )


class Services(QueueAndTopic):
    """The clients of one function instance.

    `clock` returns epoch seconds; it is here so that tests need not wait for a claim to run out, or for a morning.
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
