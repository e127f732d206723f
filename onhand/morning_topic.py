"""The topic by which digests go as text: who gets any has one subscription, with a filter on the address."""

import json

from botocore.exceptions import ClientError

from onhand.channels import arn_of
from onhand.console import UserError
from onhand.stack import Stack

_TOO_MANY = (
    "The topic has as many filters as the account allows (200, if it was never raised), and nothing was changed. Ask "
    "for more filter policies per topic in the console of Service Quotas, or set up Amazon SES (the parameter "
    "DigestSender)."
)


def subscribe(stack: Stack, email: str) -> bool:
    """Subscribe an address, unless it is; return whether it must be confirmed. Raises UserError if SNS refuses."""
    attributes = {
        "FilterPolicy": json.dumps({"to": [email]}),
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": arn_of(stack, stack.outputs.FailedDeliveriesQueueUrl)}),
    }
    topic = stack.outputs.MorningTopic
    try:
        answer = stack.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=email, Attributes=attributes)
    except stack.sns.exceptions.FilterPolicyLimitExceededException:
        unsubscribe(stack, email)  # what SNS may have made without the filter would receive every digest
        raise UserError(_TOO_MANY) from None
    except ClientError as error:
        raise UserError(f"{email}: {error.response['Error'].get('Message', error)}") from None
    return not answer["SubscriptionArn"].startswith("arn:")


def unsubscribe(stack: Stack, email: str) -> None:
    """Unsubscribe an address. One that was never confirmed SNS forgets by itself."""
    pages = stack.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=stack.outputs.MorningTopic)
    for one in [one for page in pages for one in page["Subscriptions"] if one["Endpoint"] == email]:
        if one["SubscriptionArn"].startswith("arn:"):
            stack.sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
