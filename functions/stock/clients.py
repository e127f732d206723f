"""AWS clients that give up before the function that they run in does."""

from typing import Any

import botocore.config
import botocore.session


def make_client(session: botocore.session.Session, service: str) -> Any:
    """Return botocore's client of a service: it connects within 3 s, reads within 10 s, and tries five times."""
    config = botocore.config.Config(
        retries={"mode": "standard", "max_attempts": 5},
        connect_timeout=3,
        read_timeout=10,
        parameter_validation=False,
    )
    return session.create_client(service, config=config)
