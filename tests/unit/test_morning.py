"""What there is to be told in the morning: nothing, unless something is said, and what is said is told."""

from datetime import UTC

from send_digest.compose import compose
from send_digest.morning import Alert, Morning, Soon
from telling.digest import Digest, How
from telling.listing import as_text

DIGEST = Digest("a1b2c3", How.EMAIL, "ann@example.com", "7:30", "mon-fri", "", "en")
QUIET = Morning("2026-11-26T07:30:00.000Z", "2026-11-25T07:30:00.000Z", "2026-11-24T07:30:00.000Z", UTC, stores=3)


def test_of_a_quiet_morning_there_is_nothing_to_tell() -> None:
    assert (QUIET.out, QUIET.low, QUIET.counts, QUIET.back, QUIET.silent) == ([], [], {}, [], [])
    assert (QUIET.soon, QUIET.soon_count, QUIET.taken.total()) == ([], 0, 0)
    assert as_text(compose(DIGEST, QUIET, "https://onhand.example")) == (
        "2026-11-26 07:30 UTC, every store (3). New is what came since 2026-11-25 07:30.\n"
        "Nothing is out of stock or low that nobody takes care of.\n\n"
        "Work through it on the dashboard: https://onhand.example/alerts\n\n"
        "You get this as digest a1b2c3 of onhand. Who runs onhand changes it with the command: onhand digest\n"
    )


def test_an_alert_and_what_will_be_out_are_about_a_row() -> None:
    alert = Alert("2026-11-26T06:12:00.000Z", "Ulm", "Dot", "key")
    soon = Soon(0.9, "Ulm", "Tap", 12, 2, 6)
    assert (alert.row, soon.row) == (("Ulm", "Dot"), ("Ulm", "Tap"))
