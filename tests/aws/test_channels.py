"""Slack and Teams on the deployed stack: alerts and digests at a webhook on this machine; its address is a secret."""

import json
from collections.abc import Callable, Iterator

import pytest

from onhand.stack import Stack
from tests.post_to_channel.webhook import Webhook, webhook

from .conftest import Cli, Upload, wait_for

pytestmark = pytest.mark.only_emulator("AWS reaches no webhook on this machine")
NewStore = Callable[[], str]


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as it:
        yield it


def test_alerts_and_a_digest_are_posted(
    cli: Cli, stack: Stack, upload: Upload, new_store: NewStore, hook: Webhook
) -> None:
    store, url = new_store(), f"{hook.address}/services/T0/B0/very-secret"
    said = cli("subscribe", "slack", url, "--store", store, "--event", "out", "--yes").stdout
    assert "very-secret" not in said
    cli("subscribe", "slack", url, "--store", store, "--event", "out", "--event", "back", "--yes")  # changes it
    (channel,) = [one for one in json.loads(cli("subscriptions", "--json").stdout) if one["stores"] == [store]]
    assert (channel["protocol"], channel["events"]) == ("slack", ["back", "out"])
    assert channel["address"] == f"{channel['arn']} (127.0.0.1, …cret)"
    shown = cli("subscriptions").stdout
    assert "very-secret" not in shown
    assert "onhand-Channels" not in shown, "the queue of the channels is nobody's subscription"

    upload(f"{store}/today.csv", f"store,item,count\n{store},tea,0\n{store},milk,9\n")
    (alert,) = wait_for(hook.posted, "the alert")
    assert alert["blocks"][0]["text"]["text"] == f"An item is out of stock in {store}"

    cli("digest", "add", "slack", url, "--store", store)
    (digest,) = [one for one in json.loads(cli("digest", "list", "--json").stdout) if one["stores"] == [store]]
    assert (digest["how"], digest["to"]) == ("channel", channel["arn"])
    cli("digest", "send", digest["id"])
    (post,) = wait_for(hook.posted, "the digest")
    assert post["blocks"][0]["text"]["text"] == f"{store}: 1 out of stock, 0 low"

    hook.answers.append((410, "the channel is archived", {}))
    cli("digest", "send", digest["id"])
    wait_for(lambda: stack.depth(stack.outputs.FailedPostsQueueUrl), "what was given up")
    stack.sqs.purge_queue(QueueUrl=stack.outputs.FailedPostsQueueUrl)

    assert "would be posted" in cli("unsubscribe", channel["arn"], "--dry-run").stdout
    cli("unsubscribe", channel["arn"])
    secret = f"/{stack.name}/channels/{channel['arn']}"
    assert secret in secrets(stack), "the digest needs it still"
    cli("digest", "remove", digest["id"])
    assert secret not in secrets(stack)
    assert channel["arn"] not in cli("subscriptions").stdout


@pytest.mark.parametrize("url", ["http://example.com/a", "hooks.slack.com/services/a", "ann@example.com"])
def test_what_is_no_address_of_a_webhook_is_said(cli: Cli, url: str) -> None:
    assert "begins with https://" in " ".join(cli("subscribe", "teams", url, expect=1).stderr.split())


def secrets(stack: Stack) -> list[str]:
    found = stack.ssm.get_parameters_by_path(Path=f"/{stack.name}/channels/")["Parameters"]
    assert {one["Type"] for one in found} <= {"SecureString"}
    return [one["Name"] for one in found]
