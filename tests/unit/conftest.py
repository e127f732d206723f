"""AWS's answers at the wire, for tests of what the command line makes of them."""

import threading
from collections.abc import Iterator

import pytest

from onhand.target import target
from tests.unit.aws_answers import Answers, serve


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    """A server that stands for AWS: whatever is created with `--aws` speaks to it, and to nobody else."""
    it = Answers()
    server = serve(it)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(target, "aws", True)
    monkeypatch.setattr(target, "region", "eu-central-1")
    yield it
    server.shutdown()
    server.server_close()
