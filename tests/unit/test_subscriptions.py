"""`onhand subscribe` in a real account: its quotas, encrypted queues, queues of others, the SMS sandbox."""

import json
from typing import Any

import pytest

from .aws_answers import ACCOUNT, REGION, Answer, Answers, deployed, json_error, query, query_error
from .conftest import Onhand, one_line

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:NoStockTopic"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:till"
FAILED_DELIVERIES = f"arn:aws:sqs:{REGION}:{ACCOUNT}:FailedDeliveriesQueueUrl"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234"


class Account:
    """What is in the account, as far as `onhand subscribe` asks."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.queue: dict[str, str] = {"QueueArn": QUEUE}
        self.subscriptions: list[tuple[str, str, str]] = []
        answers.say("DescribeStacks", deployed())
        answers.say("ListSubscriptionsByTopic", self.listed)
        answers.say("GetSubscriptionAttributes", query("GetSubscriptionAttributes", "<Attributes/>"))
        answers.say("SetSubscriptionAttributes", query("SetSubscriptionAttributes", ""))
        answers.say("Subscribe", query("Subscribe", f"<SubscriptionArn>{TOPIC}:1</SubscriptionArn>"))
        answers.say("Unsubscribe", query("Unsubscribe", ""))
        queue = {"QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/till"}
        answers.say("GetQueueUrl", Answer(json.dumps(queue)))
        answers.say("GetQueueAttributes", self.attributes)
        answers.say("SetQueueAttributes", Answer("{}"))
        known = {"Store": {"S": "North Quay"}, "Items": {"N": "2"}}
        stores = Answer(json.dumps({"Items": [known]}))
        answers.say("Scan", lambda asked: stores if asked["TableName"] == "StoresTable" else Answer('{"Items": []}'))

    def attributes(self, values: dict[str, Any]) -> Answer:
        is_till = values["QueueUrl"].endswith("/till")
        return Answer(json.dumps({"Attributes": self.queue if is_till else {"QueueArn": FAILED_DELIVERIES}}))

    def listed(self, _values: dict[str, Any]) -> Answer:
        members = "".join(
            f"<member><SubscriptionArn>{arn}</SubscriptionArn><Protocol>{protocol}</Protocol>"
            f"<Endpoint>{endpoint}</Endpoint><Owner>{ACCOUNT}</Owner><TopicArn>{TOPIC}</TopicArn></member>"
            for arn, protocol, endpoint in self.subscriptions
        )
        return query("ListSubscriptionsByTopic", f"<Subscriptions>{members}</Subscriptions>")

    def policy(self) -> dict[str, Any]:
        """The policy that the queue was given."""
        (asked,) = self.answers.asked("SetQueueAttributes")
        policy: dict[str, Any] = json.loads(asked["Attributes"]["Policy"])
        return policy


@pytest.fixture
def account(answers: Answers) -> Account:
    return Account(answers)


def refusal(said: str) -> str:
    """What a command that was refused said."""
    assert "✗" in said, said
    return one_line(said)


def attributes(values: dict[str, Any]) -> dict[str, str]:
    """The attributes of a Subscribe request."""
    keys = [name for name in values if name.startswith("Attributes.") and name.endswith(".key")]
    return {values[name]: values[name.removesuffix("key") + "value"] for name in keys}


def test_what_cannot_be_delivered_is_kept(onhand: Onhand, account: Account) -> None:
    assert "✓" in onhand("subscribe", "email", "ann@example.com", "--store", "Ulm", "--yes")
    (asked,) = account.answers.asked("Subscribe")
    assert json.loads(attributes(asked)["RedrivePolicy"]) == {"deadLetterTargetArn": FAILED_DELIVERIES}
    assert json.loads(attributes(asked)["FilterPolicy"]) == {"store": ["Ulm"]}


def test_who_subscribed_before_gets_the_queue_for_failed_deliveries_too(onhand: Onhand, account: Account) -> None:
    account.subscriptions = [(f"{TOPIC}:1", "email", "ann@example.com")]
    assert "✓" in onhand("subscribe", "email", "ann@example.com")
    asked = {one["AttributeName"]: one["AttributeValue"] for one in account.answers.asked("SetSubscriptionAttributes")}
    assert asked["FilterPolicy"] == "{}"
    assert FAILED_DELIVERIES in asked["RedrivePolicy"]


def test_150_stores_fit_into_a_filter_and_151_do_not(onhand: Onhand, account: Account) -> None:
    stores = [word for number in range(150) for word in ("--store", f"S{number}")]
    assert "✓" in onhand("subscribe", "email", "ann@example.com", *stores, "--yes")
    said = refusal(onhand("subscribe", "email", "ann@example.com", *stores, "--store", "one more"))
    assert "151 stores are 151 combinations, and SNS takes 150" in said
    said = refusal(onhand("subscribe", "email", "ann@example.com", *stores, "--event", "out", "--event", "low"))
    assert "150 stores × 2 events are 300 combinations" in said


def test_a_store_that_nobody_knows_is_refused_unless_one_insists(onhand: Onhand, account: Account) -> None:
    asked = ("subscribe", "email", "ann@example.com", "--store", "Nroth Quay", "--store", "North Quay")
    assert "There is no store 'Nroth Quay' with any items. Did you mean 'North Quay'?" in refusal(onhand(*asked))
    assert not account.answers.asked("Subscribe")
    said = onhand(*asked, "--yes")
    assert said.count("with any items") == 1
    assert "✓" in said


def test_all_events_are_no_filter(onhand: Onhand, account: Account) -> None:
    every = [word for event in ("out", "low", "back", "soon") for word in ("--event", event)]
    assert "✓" in onhand("subscribe", "email", "ann@example.com", *every)
    assert "FilterPolicy" not in attributes(account.answers.asked("Subscribe")[0])


def test_a_topic_with_too_many_filters_is_explained_and_nothing_stays(onhand: Onhand, account: Account) -> None:
    def refuse(values: dict[str, Any]) -> Answer:
        # SNS may make the subscription all the same, without its filter: then it would receive every alert.
        account.subscriptions = [(f"{TOPIC}:new", "sqs", QUEUE)]
        return query_error("FilterPolicyLimitExceeded", "Filter policy limit exceeded")

    account.answers.say("Subscribe", refuse)
    said = refusal(onhand("subscribe", "sqs", "till", "--store", "Ulm", "--yes"))
    assert "as many filters as the account allows (200" in said
    assert "Service Quotas" in said
    assert "Many subscribers" in said
    assert [one["SubscriptionArn"] for one in account.answers.asked("Unsubscribe")] == [f"{TOPIC}:new"]


def test_a_known_subscription_stays_as_it_is_when_its_filter_is_one_too_many(onhand: Onhand, account: Account) -> None:
    account.subscriptions = [(f"{TOPIC}:1", "email", "ann@example.com")]
    limit = query_error("FilterPolicyLimitExceeded", "Filter policy limit exceeded")
    account.answers.say("SetSubscriptionAttributes", limit)
    assert "as many filters" in refusal(onhand("subscribe", "email", "ann@example.com", "--store", "Ulm", "--yes"))
    assert not account.answers.asked("Unsubscribe")


def test_two_stacks_send_to_one_queue(onhand: Onhand, account: Account) -> None:
    other = {
        "Sid": "OnhandAlerts", "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Resource": QUEUE,
        "Action": "sqs:SendMessage", "Condition": {"ArnEquals": {"aws:SourceArn": f"{TOPIC}-of-another"}},
    }  # fmt: skip
    account.queue["Policy"] = json.dumps({"Version": "2012-10-17", "Statement": [other]})
    assert "✓" in onhand("subscribe", "sqs", "till")
    first, second = account.policy()["Statement"]
    assert first == other
    assert second["Condition"] == {"ArnEquals": {"aws:SourceArn": TOPIC}}
    assert second["Sid"] != first["Sid"]


def test_a_queue_that_lets_the_topic_send_is_left_alone(onhand: Onhand, account: Account) -> None:
    # As CloudFormation or the console writes it: one statement, not a list, and another operator.
    allowed = {
        "Effect": "Allow", "Principal": "*", "Action": "SQS:SendMessage", "Resource": QUEUE,
        "Condition": {"ArnLike": {"aws:SourceArn": [TOPIC]}},
    }  # fmt: skip
    account.queue["Policy"] = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    assert "✓" in onhand("subscribe", "sqs", QUEUE)
    assert not account.answers.asked("SetQueueAttributes")
    assert account.answers.asked("Subscribe")[0]["Endpoint"] == QUEUE


@pytest.mark.parametrize("key", ["alias/aws/sqs", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/sqs"])
def test_a_queue_encrypted_with_awss_own_key_is_refused(onhand: Onhand, account: Account, key: str) -> None:
    account.queue["KmsMasterKeyId"] = key
    said = refusal(onhand("subscribe", "sqs", "till"))
    assert "SNS may not use" in said
    assert "kms:GenerateDataKey*" in said
    assert not account.answers.asked("Subscribe")


def key_policy(*statements: dict[str, Any]) -> Answer:
    """GetKeyPolicy, as KMS answers."""
    owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*"}
    return Answer(json.dumps({"Policy": json.dumps({"Statement": [owner, *statements]}), "PolicyName": "default"}))


def test_a_queue_with_a_key_of_its_own_works_once_the_key_allows_it(onhand: Onhand, account: Account) -> None:
    account.queue["KmsMasterKeyId"] = "alias/tills"
    described = {"KeyMetadata": {"KeyId": "1234", "Arn": KEY, "KeyManager": "CUSTOMER"}}
    account.answers.say("DescribeKey", Answer(json.dumps(described)))
    account.answers.say("GetKeyPolicy", key_policy())
    said = refusal(onhand("subscribe", "sqs", "till"))
    assert "sns.amazonaws.com" in said
    assert not account.answers.asked("SetQueueAttributes")
    allows = {
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Resource": "*",
        "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
    }  # fmt: skip
    account.answers.say("GetKeyPolicy", key_policy(allows))
    assert "✓" in onhand("subscribe", "sqs", "till")
    assert account.answers.asked("GetKeyPolicy")[-1] == {"KeyId": KEY, "PolicyName": "default"}


def test_who_may_not_read_the_key_is_told_what_it_needs(onhand: Onhand, account: Account) -> None:
    account.queue["KmsMasterKeyId"] = KEY
    account.answers.say("DescribeKey", json_error("AccessDeniedException", "not authorized: kms:DescribeKey"))
    run = onhand("subscribe", "sqs", "till")
    assert "✗" not in run
    assert "kms:GenerateDataKey*" in run


@pytest.mark.parametrize(
    "address",
    ["arn:aws:sqs:eu-central-1:999999999999:till", "https://sqs.eu-central-1.amazonaws.com/999999999999/till"],
)
def test_a_queue_of_another_account_is_for_its_owner(onhand: Onhand, account: Account, address: str) -> None:
    account.answers.say("Subscribe", query("Subscribe", "<SubscriptionArn>pending confirmation</SubscriptionArn>"))
    run = onhand("subscribe", "sqs", address)
    said = one_line(run)
    assert "✗" not in run
    assert account.answers.asked("Subscribe")[0]["Endpoint"] == "arn:aws:sqs:eu-central-1:999999999999:till"
    assert not account.answers.asked("SetQueueAttributes")
    assert f'"aws:SourceArn": "{TOPIC}"' in said
    assert "SubscribeURL" in said


def sandbox(account: Account, inside: bool, *numbers: tuple[str, str]) -> None:
    members = "".join(
        f"<member><PhoneNumber>{number}</PhoneNumber><Status>{status}</Status></member>" for number, status in numbers
    )
    account.answers.say(
        "GetSMSSandboxAccountStatus",
        query("GetSMSSandboxAccountStatus", f"<IsInSandbox>{str(inside).lower()}</IsInSandbox>"),
    )
    account.answers.say(
        "ListSMSSandboxPhoneNumbers", query("ListSMSSandboxPhoneNumbers", f"<PhoneNumbers>{members}</PhoneNumbers>")
    )


def test_sms_from_the_sandbox_go_to_verified_numbers_only(onhand: Onhand, account: Account) -> None:
    sandbox(account, True, ("+491701234567", "Pending"), ("+491709999999", "Verified"))
    said = one_line(onhand("subscribe", "sms", "+49 170 1234567"))
    assert "receives alerts" in said
    assert "SMS sandbox in eu-central-1" in said
    assert "+491701234567 is none" in said
    assert "sandbox" not in onhand("subscribe", "sms", "+49 170 9999999")


def test_outside_of_the_sandbox_there_is_nothing_to_say(onhand: Onhand, account: Account) -> None:
    sandbox(account, False)
    assert "sandbox" not in onhand("subscribe", "sms", "+491701234567")


def test_who_may_not_ask_for_the_sandbox_is_subscribed_all_the_same(onhand: Onhand, account: Account) -> None:
    account.answers.say("GetSMSSandboxAccountStatus", query_error("AuthorizationError", "not authorized"))
    run = onhand("subscribe", "sms", "+491701234567")
    assert "✗" not in run
    assert "could not be looked up" in one_line(run)


def test_a_topic_that_is_nearly_full_of_filters_says_so(onhand: Onhand, account: Account) -> None:
    account.subscriptions = [(f"{TOPIC}:{number}", "email", f"{number}@example.com") for number in range(151)]
    account.answers.say(
        "GetSubscriptionAttributes",
        query(
            "GetSubscriptionAttributes",
            '<Attributes><entry><key>FilterPolicy</key><value>{"store": ["Ulm"]}</value></entry></Attributes>',
        ),
    )
    assert "151 of them have a filter. SNS takes 200" in one_line(onhand("subscriptions"))
