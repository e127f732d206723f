"""Where a command goes to, and where not."""

import pytest

from onhand.target import clean_environment, options_first


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (["alerts", "--aws"], ["--aws", "alerts"]),
        (["up", "--data", "my data", "--port", "4570"], ["--data", "my data", "up", "--port", "4570"]),
        (["up", "--data=x", "--detach"], ["--data=x", "up", "--detach"]),
        (["--aws", "deploy", "--region", "eu-central-1"], ["--aws", "--region", "eu-central-1", "deploy"]),
        (["upload", "--", "--aws"], ["upload", "--", "--aws"]),
        (["alerts", "--store", "--data"], ["--data", "alerts", "--store"]),
        ([], []),
    ],
)
def test_options_for_every_command_may_stand_anywhere(said: list[str], meant: list[str]) -> None:
    assert options_first(said) == meant


def test_local_programs_get_no_aws_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("SAM_CLI_POLL_DELAY", "1")
    monkeypatch.setenv("LANG", "C")
    environment = clean_environment()
    assert not any(name.startswith(("AWS_", "SAM_")) for name in environment)
    assert environment["LANG"] == "C"
