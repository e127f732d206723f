"""Empty a bucket, whoever still writes to it, and delete it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from botocore.exceptions import ClientError

from onhand.console import UserError
from onhand.stack import Aws

# How often it may have been written to in the moment between the last look and its deletion.
_ROUNDS = 50
# S3 asks for these to be tried again.
_PASSING = ("InternalError", "SlowDown", "ServiceUnavailable")


def delete_bucket(aws: Aws, bucket: str) -> None:
    """Delete every version of every object, and the bucket too, so that nobody writes to it before the stack is gone.

    Nothing happens if it is gone already. Raises UserError if S3 does not delete an object, or if it is written to for
    ever.
    """
    for _ in range(_ROUNDS):
        try:
            _empty(aws, bucket)
            aws.s3.delete_bucket(Bucket=bucket)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "NoSuchBucket":
                return
            if code != "BucketNotEmpty":
                raise
        else:
            return
    raise UserError(
        f"The bucket {bucket} was emptied {_ROUNDS} times and is still written to. Stop who writes, and try again."
    )


def _empty(aws: Aws, bucket: str) -> None:
    for page in aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        listed = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if listed:
            objects: Any = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in listed]
            answer = aws.s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
            _check(bucket, [dict(error) for error in answer.get("Errors", [])])


def _check(bucket: str, errors: list[dict[str, Any]]) -> None:
    """DeleteObjects succeeds as a call, and says for each key whether it was deleted."""
    lasting = [error for error in errors if error.get("Code") not in _PASSING]
    if lasting:
        first = lasting[0]
        kinds = ", ".join(f"{number} × {code}" for code, number in Counter(error["Code"] for error in lasting).items())
        raise UserError(
            f"S3 does not delete {len(lasting)} of the objects in {bucket} ({kinds}), first {first['Key']}: "
            f"{first.get('Message', '')}. The stack is still there. When you may delete them, try again."
        )
