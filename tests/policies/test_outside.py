"""Who comes from outside, or over a line that others can read.

As in test_people.py, what keeps somebody out is taken away in the same test, and then she gets in.
"""

from dataclasses import replace

import pytest

from tests.policies.acts import ADMINISTRATOR, NOBODY, RESOURCES, STRANGER, TEMPLATE, of_type
from tests.policies.iam import Act, Iam, Who, to_anybody, unless_refused, without
from tests.policies.rendered import ACCOUNT

OURS = {"aws:SourceArn": TEMPLATE.arn("UploadsBucket"), "aws:SourceAccount": ACCOUNT}
S3 = Who("the bucket of uploads", principal="s3.amazonaws.com", context=OURS)
OTHER = Who("another bucket", principal=S3.principal, context=OURS | {"aws:SourceArn": "arn:aws:s3:::other"})
# Once our bucket is deleted, its name is free.
OTHERS = Who("one of its name", principal=S3.principal, context=OURS | {"aws:SourceAccount": "999988887777"})
CDN = f"arn:aws:cloudfront::{ACCOUNT}:distribution/"
PAGES = Who("our CDN", principal="cloudfront.amazonaws.com", context={"aws:SourceArn": f"{CDN}onhand-Distribution"})
OTHER_PAGES = Who("another CDN", principal=PAGES.principal, context={"aws:SourceArn": f"{CDN}other"})

EVENT = Act("report an upload", "sqs:SendMessage", "UploadsQueue")
PAGE = Act("read a page", "s3:GetObject", "DashboardBucket", "/index.html")

KNOCKS = [
    PAGE,
    Act("read an upload", "s3:GetObject", "UploadsBucket", "/uploads/Berlin/a.csv"),
    Act("upload", "s3:PutObject", "UploadsBucket", "/uploads/Berlin/a.csv"),
    Act("list the uploads", "s3:ListBucket", "UploadsBucket"),
    *(Act(f"send to {name}", "sqs:SendMessage", name) for name in of_type("AWS::SQS::Queue")),
    *(Act(f"receive from {name}", "sqs:ReceiveMessage", name) for name in of_type("AWS::SQS::Queue")),
    *(Act(f"publish to {name}", "sns:Publish", name) for name in of_type("AWS::SNS::Topic")),
]
"""One of each kind, of everything that has a policy of its own."""


@pytest.mark.parametrize(("who", "act"), [(S3, EVENT), (PAGES, PAGE)], ids=str)
def test_a_service_of_aws_may(iam: Iam, who: Who, act: Act) -> None:
    assert iam.allows(who, act)


@pytest.mark.parametrize(
    ("who", "act", "key"),
    [(OTHER, EVENT, "aws:SourceArn"), (OTHERS, EVENT, "aws:SourceAccount"), (OTHER_PAGES, PAGE, "aws:SourceArn")],
    ids=str,
)
def test_a_service_that_works_for_others_may_not(iam: Iam, who: Who, act: Act, key: str) -> None:
    assert not iam.allows(who, act)
    assert iam.allows(who, act, without(key))


@pytest.mark.parametrize("act", KNOCKS, ids=str)
@pytest.mark.parametrize("who", [NOBODY, STRANGER], ids=str)
def test_nobody_gets_in(iam: Iam, who: Who, act: Act) -> None:
    assert not iam.allows(who, act)
    assert iam.allows(who, act, to_anybody, blocked=False)


@pytest.mark.parametrize("act", [act for act in KNOCKS if act.action.startswith("s3:")], ids=str)
@pytest.mark.parametrize("who", [NOBODY, STRANGER], ids=str)
def test_a_bucket_stays_closed_if_somebody_opens_its_policy(iam: Iam, who: Who, act: Act) -> None:
    assert not iam.allows(who, act, to_anybody)


@pytest.mark.parametrize("act", KNOCKS, ids=str)
def test_an_administrator_may_but_not_without_tls(iam: Iam, act: Act) -> None:
    plain = replace(ADMINISTRATOR, context={"aws:SecureTransport": "false"})
    assert iam.allows(ADMINISTRATOR, act)
    assert not iam.allows(plain, act)
    assert iam.allows(plain, act, unless_refused)


def test_no_table_lets_others_in() -> None:
    assert [name for name in of_type("AWS::DynamoDB::Table") if "ResourcePolicy" in RESOURCES[name]["Properties"]] == []
