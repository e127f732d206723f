"""`onhand trace` on the deployed stack: from the bucket to what was published."""

import json
import time
from collections.abc import Callable

from onhand.stack import Stack
from stock.messages import LookAhead, Recount
from tests.aws.conftest import Cli, Upload, alerts, wait_for
from tests.shown_metrics import shown_metrics

NewStore = Callable[[], str]


def test_the_story_of_an_upload(cli: Cli, stack: Stack, upload: Upload, new_store: NewStore) -> None:
    store = new_store()
    record = upload(f"{store}/a.csv", f"store,item,count\n{store},Dot,0\n{store},Tap,1\n")
    wait_for(lambda: [one for one in alerts(stack, store) if one["State"] == "sent"], "the alert")
    in_order = ["has the file", "took the message: load", "loaded: 2 changed", "published OUT_OF_STOCK"]

    def story() -> list[tuple[str, str]] | None:
        """The steps, once those of both functions are in their logs: each writes its own when it is through."""
        report = json.loads(cli("trace", record["Token"], "--json").stdout)
        assert report["record"]["State"] == "loaded"
        steps = [(step["where"], step["what"]) for step in report["steps"]]
        return steps if all(any(what.startswith(words) for _, what in steps) for words in in_order) else None

    steps = wait_for(story, "the lines of the logs")
    at = [next(number for number, (_, what) in enumerate(steps) if what.startswith(words)) for words in in_order]
    assert at == sorted(at)
    assert any(
        where == stack.outputs.CheckStockFunction and what.startswith("read the stream") for where, what in steps
    )
    said = cli("trace", f"{store}/a.csv").stdout
    assert record["Token"] in said
    assert "OUT_OF_STOCK" in said


def test_a_split_file_has_its_parts(cli: Cli, upload: Upload, new_store: NewStore) -> None:
    store = new_store()
    record = upload(f"{store}/a.csv", "store,item,count\n" + "".join(f"{store},Item {n},1\n" for n in range(3500)))
    told = ("split into 2 parts", "part 1 done (apply)")  # lines of a log come a little later than what they tell of
    wait_for(
        lambda: (out := cli("trace", record["Token"]).stdout) and all(one in out for one in told), " and ".join(told)
    )


def test_what_failed(cli: Cli, stack: Stack, new_store: NewStore) -> None:
    """A recount of a store that no table key can have is no message of onhand, and told of nevertheless."""
    begin = time.time()
    body = Recount("").body()
    stack.sqs.send_message(QueueUrl=stack.outputs.UploadsQueueUrl, MessageBody=body)
    said = wait_for(lambda: out if "delivery 1 failed" in (out := cli("trace").stdout) else None, "the failure")
    assert "This is no message of onhand" in said, time.time() - begin


def test_nothing_is_known(cli: Cli) -> None:
    unknown = "20200101T000000.000Z-00-0a"
    assert f"Nothing is known of the upload {unknown}" in cli("trace", unknown, expect=1).stderr
    assert "None of the last 2,000 uploads is of a file 'no.csv'" in cli("trace", "no.csv", expect=1).stderr


def test_the_cloudwatch_dashboard_shows_metrics_that_the_functions_emit(
    stack: Stack, upload: Upload, new_store: NewStore
) -> None:
    body = stack.cloudwatch.get_dashboard(DashboardName=f"{stack.name}-{stack.region}")["DashboardBody"]
    wanted = {(one.of, one.name) for one in shown_metrics(body) if one.namespace == "onhand"}
    assert len(wanted) == 18
    functions = (
        stack.outputs.LoadInventoryFunction, stack.outputs.CheckStockFunction, stack.outputs.LookAheadFunction,
        stack.outputs.SendDigestFunction, stack.outputs.PostToChannelFunction,
    )  # fmt: skip
    store = new_store()
    upload(f"{store}/refused.csv", "a,b\n1,2\n")
    upload(f"{store}/a.csv", f"store,item,count\n{store},Dot,0\n")
    fails = Recount("").body()  # as above
    stack.sqs.send_message(QueueUrl=stack.outputs.UploadsQueueUrl, MessageBody=fails)
    for body in (LookAhead(store).body(), "no message"):
        stack.sqs.send_message(QueueUrl=stack.outputs.LookAheadQueueUrl, MessageBody=body)
    for queue in (stack.outputs.DigestsQueueUrl, stack.outputs.ChannelsQueueUrl):
        stack.sqs.send_message(QueueUrl=queue, MessageBody="no message")

    def emitted() -> set[tuple[str, str]]:
        return {
            (function, metric["Name"])
            for function in functions
            for page in stack.logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{function}")
            for line in (event["message"] for event in page["events"])
            if line.startswith('{"_aws"')
            for metric in json.loads(line)["_aws"]["CloudWatchMetrics"][0]["Metrics"]
        }

    wait_for(lambda: wanted <= emitted(), "all metrics of the dashboard")
