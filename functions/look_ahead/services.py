"""What Look-Ahead works with: tables, queue and topic, and its settings."""

from dataclasses import dataclass, field

from stock.queue_and_topic import QueueAndTopic
from stock.settings import FromEnvironment, variable, without_slash


@dataclass(frozen=True)
class Settings(FromEnvironment):
    """Names and choices, as the template hands them to the function.

    `hour`: of a store's own day, in which it is looked ahead. `soon_days`: people are told of what is likely out within
    so many days, and not again for as long.
    """

    inventory: str = field(metadata=variable("INVENTORY_TABLE"))
    stores: str = field(metadata=variable("STORES_TABLE"))
    uploads: str = field(metadata=variable("UPLOADS_TABLE"))
    history: str = field(metadata=variable("HISTORY_TABLE"))
    forecasts: str = field(metadata=variable("FORECASTS_TABLE"))
    alerts: str = field(metadata=variable("ALERTS_TABLE"))
    acknowledgements: str = field(metadata=variable("ACKNOWLEDGEMENTS_TABLE"))
    queue_url: str = field(metadata=variable("LOOK_AHEAD_QUEUE_URL"))
    topic_arn: str = field(metadata=variable("NO_STOCK_TOPIC_ARN"))
    dashboard_url: str = field(metadata=variable("DASHBOARD_URL", without_slash))
    hour: int = field(default=6, metadata=variable("LOOK_AHEAD_HOUR", int))
    soon_days: int = field(default=7, metadata=variable("SOON_DAYS", int))
    language: str = field(default="en", metadata=variable("LANGUAGE"))
    shards: int = field(default=1, metadata=variable("SHARDS", int))


class Services(QueueAndTopic[Settings]):
    """The clients of one function instance."""
