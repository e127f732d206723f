"""An AWS that answers as a test tells it to, and the command line that speaks to it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import botocore.loaders
import pytest
from typer.testing import CliRunner

from onhand import package, stack_state
from onhand.console import UserError
from onhand.main import app
from onhand.target import target

from . import aws_answers
from .aws_answers import ACCOUNT, REGION, Answers, query

Onhand = Callable[..., str]
_LOADER = botocore.loaders.Loader()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Answers]:
    """AWS, as far as this test is concerned: whoever means AWS reaches a server on this machine."""
    with aws_answers.aws() as it:
        for name, value in {
            "AWS_ENDPOINT_URL": it.address,
            # checkov:skip=CKV_SECRET_2:the key of AWS's documents
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_CONFIG_FILE": str(tmp_path / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "ONHAND_DATA": str(tmp_path / "data"),
            "COLUMNS": "200",
        }.items():
            monkeypatch.setenv(name, value)
        # Reading the descriptions of the services takes longer than all the rest: once is enough.
        monkeypatch.setattr(botocore.loaders, "create_loader", lambda *_: _LOADER)
        monkeypatch.setattr(stack_state, "POLL_SECONDS", 0.0)
        it.say(
            "GetCallerIdentity",
            query(
                "GetCallerIdentity", f"<Account>{ACCOUNT}</Account><Arn>arn:aws:iam::{ACCOUNT}:user/ann</Arn>", "sts"
            ),
        )
        yield it


def one_line(text: str) -> str:
    """What a terminal broke into lines, in one."""
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions are packed already: tests/aws has `sam package` do it, which takes seconds."""
    monkeypatch.setattr(package, "package", lambda *_: "https://s3.eu-central-1.amazonaws.com/packed/template")


@pytest.fixture
def onhand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Onhand]:
    """Run `onhand --aws …` and return what a person sees; with a UserError at its end, as program.py shows it."""
    before = dict(vars(target))

    def run(*arguments: str, typed: str = "", region: str = REGION) -> str:
        done = CliRunner().invoke(app, [*arguments, "--aws", "--region", region], input=typed)
        if isinstance(done.exception, UserError):
            return f"{done.output}✗ {done.exception}"
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.output

    yield run
    vars(target).update(before)
