"""What Check-Stock works with: tables, queue and topic, and its settings."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import botocore.session

from stock.queue_and_topic import QueueAndTopic
from stock.settings import FromEnvironment, variable, without_slash


@dataclass(frozen=True)
class Settings(FromEnvironment):
    """Names and choices, as the template hands them to the function."""

    inventory: str = field(metadata=variable("INVENTORY_TABLE"))
    stores: str = field(metadata=variable("STORES_TABLE"))
    uploads: str = field(metadata=variable("UPLOADS_TABLE"))
    alerts: str = field(metadata=variable("ALERTS_TABLE"))
    acknowledgements: str = field(metadata=variable("ACKNOWLEDGEMENTS_TABLE"))
    queue_url: str = field(metadata=variable("ALERTS_QUEUE_URL"))
    topic_arn: str = field(metadata=variable("NO_STOCK_TOPIC_ARN"))
    dashboard_url: str = field(metadata=variable("DASHBOARD_URL", without_slash))
    language: str = field(default="en", metadata=variable("LANGUAGE"))
    flap_seconds: float = field(default=600, metadata=variable("FLAP_MINUTES", lambda minutes: 60 * float(minutes)))
    shards: int = field(default=1, metadata=variable("SHARDS", int))


class Services(QueueAndTopic[Settings]):
    """The clients of one function instance. `sleep` waits; it is here for tests, as the clock is."""

    def __init__(
        self,
        settings: Settings,
        session: botocore.session.Session | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(settings, session, clock)
        self.sleep = sleep
