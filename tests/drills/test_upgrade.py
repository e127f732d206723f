"""What an upgrade cannot bring about in place: the drill's look at two templates, and this version's template."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.drills.upgrade import last_version, not_in_place, unpack
from tests.engines import template


def table(*indexes: str, key: str = "Store") -> dict[str, Any]:
    keys = [{"AttributeName": key, "KeyType": "HASH"}]
    listed = [{"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}} for name in indexes]
    return {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": keys, "GlobalSecondaryIndexes": listed}}


def of(**resources: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": resources}


def test_one_index_more_and_what_is_new_are_in_place() -> None:
    assert not_in_place(of(Rows=table("A")), of(Rows=table("A", "B"), More=table("A", "B"))) == []


@pytest.mark.parametrize(
    ("after", "what"),
    [
        (of(), "Rows is gone, and all that is in it"),
        (of(Rows=table("A", key="Item")), "Rows: other keys, so it is replaced by an empty one"),
        (of(Rows=table("A", "B", "C")), "Rows: 2 changes of indexes, and DynamoDB takes one in an update"),
        (of(Rows=table("B")), "Rows: 2 changes of indexes, and DynamoDB takes one in an update"),
    ],
)
def test_what_is_not_in_place(after: dict[str, Any], what: str) -> None:
    assert what in not_in_place(of(Rows=table("A")), after)


def test_this_version_is_an_upgrade_in_place_of_the_one_before(tmp_path: Path) -> None:
    try:
        unpack(last_version(), tmp_path)
    except subprocess.CalledProcessError:
        pytest.skip("this clone does not have the version before")
    assert not_in_place(template(tmp_path / "template.yaml"), template()) == []
