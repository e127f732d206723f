"""A queue that receives alerts: lets the topic send to it, and says what only its owner can allow."""

import json
import re
from typing import Any

from botocore.exceptions import ClientError

from onhand.console import UserError, warn
from onhand.stack import Stack

_SERVICE = "sns.amazonaws.com"
_URL = re.compile(r"\w+://([^/]+)/([^/]+)/([^/]+)/?")
_KEY_STATEMENT = {
    "Sid": "AlertsOfOnhand",
    "Effect": "Allow",
    "Principal": {"Service": _SERVICE},
    "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
    "Resource": "*",
}


def prepare(stack: Stack, address: str) -> tuple[str, bool]:
    """Let the topic send to a queue, given by ARN, URL or name; return its ARN, and whether it is the account's own.

    Raises UserError if there is no such queue, or SNS may not use the key that it is encrypted with.
    """
    topic = stack.outputs.NoStockTopic
    arn = _arn(stack, address)
    if arn.split(":")[3:5] != topic.split(":")[3:5]:
        return arn, False  # of another account or region
    try:
        url = stack.sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
        wanted = ["QueueArn", "Policy", "KmsMasterKeyId"]
        attributes = stack.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]  # type: ignore[arg-type]
        if key := attributes.get("KmsMasterKeyId"):
            _check_key(stack, address, key)
        policy = _with_topic(attributes.get("Policy"), arn, topic)
        if policy is not None:
            stack.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    except ClientError as error:
        raise UserError(f"The queue {address}: {error.response['Error'].get('Message', error)}") from None
    return arn, True


def what_the_owner_does(stack: Stack, arn: str) -> str:
    """What the owner of a queue in another account or region does, so that alerts arrive."""
    topic = stack.outputs.NoStockTopic
    statement = json.dumps(_statement(arn, topic), indent=2)
    key = json.dumps(_KEY_STATEMENT, indent=2)
    said = (
        f"The queue is not of this account and region, so its owner does the rest:\n"
        f"1. add to the policy of the queue\n{statement}\n"
        f"2. if it is encrypted with a key of KMS, add to the policy of the key\n{key}\n"
    )
    if arn.split(":")[4] == topic.split(":")[4]:
        return said
    return said + (
        "3. run this command again: SNS then puts a message of the type SubscriptionConfirmation into the queue\n"
        "4. open the SubscribeURL of that message within 48 hours"
    )


def _arn(stack: Stack, address: str) -> str:
    if address.startswith("arn:"):
        return address
    _, _, _, region, account, _ = stack.outputs.NoStockTopic.split(":")
    if "://" in address:
        if not (found := _URL.fullmatch(address)):
            raise UserError(f"'{address}' is not the URL of a queue.")
        host, account, address = found.groups()
        labels = host.split(".")
        region = labels[1] if labels[0] == "sqs" and len(labels) > 2 else region
    return f"arn:{stack.outputs.NoStockTopic.split(':')[1]}:sqs:{region}:{account}:{address}"


def _with_topic(policy: str | None, arn: str, topic: str) -> str | None:
    """A queue's policy in which the topic may send, besides what it allows already; None if it is in there."""
    document: dict[str, Any] = json.loads(policy or '{"Version": "2012-10-17", "Statement": []}')
    statements = _listed(document["Statement"])
    if any(_allows(one, topic) for one in statements):
        return None
    return json.dumps({**document, "Statement": [*statements, _statement(arn, topic)]})


def _statement(arn: str, topic: str) -> dict[str, Any]:
    _, _, _, region, account, name = topic.split(":")
    return {
        # Its own for every topic: several stacks may send to one queue.
        "Sid": "OnhandAlerts" + "".join(letter for letter in f"{name}{account}{region}" if letter.isalnum()),
        "Effect": "Allow",
        "Principal": {"Service": _SERVICE},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }


def _allows(statement: dict[str, Any], topic: str) -> bool:
    sources = [
        source
        for operator in statement.get("Condition", {}).values()
        for key, values in operator.items()
        if key.lower() == "aws:sourcearn"
        for source in _listed(values)
    ]
    return bool(statement["Effect"] == "Allow" and topic in sources)


def _check_key(stack: Stack, address: str, key: str) -> None:
    """Raise UserError if SNS may not use the key of a queue: no alert would arrive."""
    how = (
        f"The queue {address} is encrypted with the key {key}, which SNS may not use: no alert would arrive. "
        "Encrypt it with SSE-SQS, or with a key of your own whose policy has\n" + json.dumps(_KEY_STATEMENT, indent=2)
    )
    if key.endswith("alias/aws/sqs"):
        raise UserError(how)  # AWS's own key for the account: its policy cannot be changed
    try:
        found = stack.kms.describe_key(KeyId=key)["KeyMetadata"]
        if found["KeyManager"] == "AWS":
            raise UserError(how)
        policy = stack.kms.get_key_policy(KeyId=found["Arn"], PolicyName="default")["Policy"]
    except ClientError as error:
        reason = error.response["Error"].get("Message", error)
        warn(f"The policy of the queue's key cannot be read ({reason}). It must have\n{json.dumps(_KEY_STATEMENT)}")
        return
    if not any(_lets_sns_encrypt(statement) for statement in _listed(json.loads(policy)["Statement"])):
        raise UserError(how)


def _lets_sns_encrypt(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    services = _listed(principal.get("Service", [])) if isinstance(principal, dict) else [principal]
    actions = {action.lower() for action in _listed(statement.get("Action", []))}
    makes_keys = actions & {"*", "kms:*", "kms:generatedatakey", "kms:generatedatakey*"}
    decrypts = actions & {"*", "kms:*", "kms:decrypt", "kms:decrypt*"}
    return bool(statement["Effect"] == "Allow" and {_SERVICE, "*"} & set(services) and makes_keys and decrypts)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
