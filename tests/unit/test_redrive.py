"""`onhand redrive`: dead letters are read out in words, and what onhand did not send stops nobody."""

import json
from typing import Any

import pytest

from onhand.dead_letters import in_words, range_of_stream
from stock.levels import Event
from stock.messages import (
    Gather,
    LoadAgain,
    LookAhead,
    PostTo,
    Publish,
    Recheck,
    Recount,
    SendDigest,
    alerts_message,
    channels_message,
    digests_message,
    look_ahead_message,
    uploads_messages,
)
from telling.post import Post

from .aws_answers import Answer, Answers, deployed
from .conftest import Onhand, one_line
from .test_messages import A_PART, AN_ALERT, RECORD, TOKEN

RANGE = {"streamArn": "arn:1", "shardId": "shard-1", "startSequenceNumber": "1", "endSequenceNumber": "9"}
OF_STREAM = json.dumps({"DDBStreamBatchInfo": RANGE | {"batchSize": 12}})
JUNK = ["junk", "[]", "3", "[" * 100_000, '{"DDBStreamBatchInfo": {"batchSize": 3}}', '{"DDBStreamBatchInfo": []}']


@pytest.mark.parametrize(("body", "read", "words"), [
    (LoadAgain(RECORD, quiet=False).body(), uploads_messages, "load uploads/Berlin/a.csv"),
    (json.dumps({"Records": [RECORD] * 2}), uploads_messages, "load uploads/Berlin/a.csv; load uploads/Berlin/a.csv"),
    (A_PART.body(), uploads_messages, "load part 4 of uploads/Berlin/a.csv"),
    (Recount("Berlin").body(), uploads_messages, "count the rows of Berlin"),
    (Publish("Berlin", TOKEN, Event.LOW_STOCK, 1).body(), alerts_message, "tell of LOW_STOCK in Berlin"),
    (Recheck("Ber\x1b[31mlin", ["tea"]).body(), alerts_message, "compare 1 row of Ber [31mlin with its alerts"),
    (OF_STREAM, alerts_message, "12 changes of rows, from the stream"),
    (LookAhead("Berlin").body(), look_ahead_message, "look ahead for Berlin"),
    (Gather().body(), look_ahead_message, "gather the forecasts of all stores"),
    (SendDigest("a1", 1).body(), digests_message, "send the digest a1"),
    (PostTo("a1", Post("3 out", [], "", "", "")).body(), channels_message, "post “3 out” in the channel a1"),
    (json.dumps(AN_ALERT), channels_message, "post X in a in the channels that want it"),
    ("\x1b[2Jjunk" + 99 * "!", uploads_messages, f"no message of onhand:  [2Jjunk{52 * '!'}…"),
])  # fmt: skip
def test_a_dead_letter_is_read_in_words(body: str, read: Any, words: str) -> None:
    assert in_words(body, read) == words


@pytest.mark.parametrize("body", JUNK)
def test_what_is_no_range_of_the_stream(body: str) -> None:
    assert range_of_stream(body) is None


@pytest.fixture
def letters(answers: Answers) -> dict[str, list[str]]:
    """What is in the queues, by the names of their outputs: put something in."""
    queues: dict[str, list[str]] = {}
    answers.say("DescribeStacks", deployed())

    def receive(asked: dict[str, Any]) -> Answer:
        some = queues.pop(asked["QueueUrl"].rpartition("/")[2], [])
        return Answer(json.dumps({"Messages": [{"MessageId": b, "ReceiptHandle": b[:9], "Body": b} for b in some]}))

    answers.say("ReceiveMessage", receive)
    for call in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility"):
        answers.say(call, Answer("{}"))
    answers.say("GetQueueAttributes", Answer('{"Attributes": {"ApproximateNumberOfMessages": "7"}}'))
    return queues


def test_what_onhand_did_not_send_is_left_and_all_else_is_tried_again(
    onhand: Onhand, answers: Answers, letters: dict[str, list[str]]
) -> None:
    ours = {
        "DeadLetterQueueUrl": Recount("Berlin").body(),
        "FailedAlertsQueueUrl": Recheck("Berlin", ["tea"]).body(),
        "FailedLookAheadsQueueUrl": LookAhead("Berlin").body(),
        "FailedDigestsQueueUrl": SendDigest("a1", 1).body(),
        "FailedPostsQueueUrl": PostTo("a1", Post("", [], "", "", "")).body(),
    }
    letters |= {queue: [*JUNK, body] for queue, body in ours.items()}
    letters["FailedHistoryQueueUrl"] = list(JUNK)
    said = one_line(onhand("redrive"))
    assert said.count("left where it is") == len(JUNK) * 6
    assert [asked["MessageBody"] for asked in answers.asked("SendMessage")] == [
        ours[queue]
        for queue in (
            "DeadLetterQueueUrl", "FailedLookAheadsQueueUrl", "FailedDigestsQueueUrl", "FailedPostsQueueUrl",
            "FailedAlertsQueueUrl",
        )
    ]  # fmt: skip
    assert len(answers.asked("DeleteMessage")) == len(ours)


def test_a_dry_run_tells_what_there_is_and_leaves_it(
    onhand: Onhand, answers: Answers, letters: dict[str, list[str]]
) -> None:
    letters |= {"DeadLetterQueueUrl": ["junk", Recount("Berlin").body()], "FailedHistoryQueueUrl": [OF_STREAM]}
    said = one_line(onhand("redrive", "--dry-run"))
    assert "could not be loaded: 7 no message of onhand: junk count the rows of Berlin Alerts" in said
    assert "12 changes of rows, from the stream" in said
    assert answers.asked("DeleteMessage") == []
    assert {asked["VisibilityTimeout"] for asked in answers.asked("ChangeMessageVisibility")} == {0}
