"""Settings of a function are read from its environment."""

import pytest

from check_stock.services import Settings
from load_inventory.clients import Settings as OfLoading

NAMES = ("INVENTORY", "STORES", "UPLOADS", "ALERTS", "ACKNOWLEDGEMENTS", "REORDER_POINTS", "HISTORY")


def test_they_are_what_the_template_says_and_their_defaults_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(f"{name}_TABLE", name.title())
    for name in ("ALERTS_QUEUE_URL", "UPLOADS_QUEUE_URL", "NO_STOCK_TOPIC_ARN"):
        monkeypatch.setenv(name, "somewhere")
    monkeypatch.setenv("DASHBOARD_URL", "https://onhand.example/")
    monkeypatch.setenv("FLAP_MINUTES", "2.5")
    found = Settings.from_environment()
    assert (found.alerts, found.topic_arn, found.flap_seconds, found.shards) == ("Alerts", "somewhere", 150, 1)
    assert found.dashboard_url == "https://onhand.example"
    assert not OfLoading.from_environment().known_stores_only
    monkeypatch.setenv("KNOWN_STORES_ONLY", "true")
    monkeypatch.setenv("ZERO_LIMIT", "0.5")
    assert OfLoading.from_environment().known_stores_only
    assert OfLoading.from_environment().zero_limit == 0.5
    monkeypatch.delenv("ALERTS_TABLE")
    with pytest.raises(KeyError, match="ALERTS_TABLE"):
        Settings.from_environment()
