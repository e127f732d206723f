"""Who was subscribed to alerts or alarms, but did not confirm it: nothing is sent there."""

from dataclasses import dataclass

from onhand.stack import Stack
from onhand.stack_state import state_of


@dataclass(frozen=True)
class Unconfirmed:
    """An address that must confirm.

    `receives`: `alerts`, `digests`, or `alarms` about the system itself; `help`: what to do.
    """

    address: str
    receives: str
    help: str


def unconfirmed(stack: Stack) -> list[Unconfirmed]:
    """Return who must confirm, also the operator if SNS has forgotten her: it does so after 48 hours."""
    found = []
    subscribed = set()
    outputs = stack.outputs
    topics = {"alerts": outputs.NoStockTopic, "digests": outputs.MorningTopic, "alarms": outputs.TroubleTopic}
    for receives, topic in topics.items():
        for page in stack.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic):
            for one in page["Subscriptions"]:
                subscribed.add((receives, one["Endpoint"]))
                if _is_pending(stack, one["SubscriptionArn"], one["Protocol"]):
                    how = f"for {receives}: open the link that SNS sent there, within 48 hours"
                    found.append(Unconfirmed(one["Endpoint"], receives, how))
    operator = _operator(stack)
    if operator and ("alarms", operator) not in subscribed:
        found.append(Unconfirmed(operator, "alarms", _forgotten(stack, operator)))
    return found


def _is_pending(stack: Stack, arn: str, protocol: str) -> bool:
    if not arn.startswith("arn:"):  # AWS shows the word PendingConfirmation instead
        return True
    if not stack.is_local or protocol not in ("http", "https"):
        return False
    attributes = stack.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return attributes.get("PendingConfirmation") == "true"


def _operator(stack: Stack) -> str:
    state = state_of(stack, stack.name)
    return state.parameters.get("OperatorEmail", "") if state else ""


def _forgotten(stack: Stack, operator: str) -> str:
    return (
        "for alarms: SNS has forgotten it, since it was not confirmed within 48 hours, or was unsubscribed. "
        f"`aws sns subscribe --region {stack.region} --topic-arn {stack.outputs.TroubleTopic} --protocol email "
        f"--notification-endpoint {operator}` sends a new link"
    )
