"""What the event, the key and the metadata of an object say of an upload."""

from typing import Any

import pytest

from load_inventory.upload import Upload, answer_key, is_file, is_forced, mode_of, only_store

TOKEN = "20261122T083652.123Z-01-ab"
OBJECT = {"key": "uploads/Berlin/Stock+of+No%C3%ABl.csv", "size": 7, "versionId": "v1", "sequencer": "01"}
EVENT: dict[str, Any] = {
    "eventTime": "2026-11-22T08:36:52.123Z",
    "userIdentity": {"principalId": "AWS:AIDA:ann"},
    "s3": {"bucket": {"name": "bucket"}, "object": OBJECT},
}


def upload(key: str, version_id: str = "v1") -> Upload:
    return Upload(TOKEN, "bucket", key, version_id, 7, EVENT)


# ---- Of an event ----------------------------------------------------------------------------------------------------


def test_an_upload_is_as_its_event_says() -> None:
    it = Upload.of_event(EVENT)
    assert (it.bucket, it.key, it.version_id, it.size) == ("bucket", "uploads/Berlin/Stock of Noël.csv", "v1", 7)
    assert (it.at, it.principal, it.only_store) == ("2026-11-22T08:36:52.123Z", "AWS:AIDA:ann", "Berlin")
    assert it.event == EVENT


def test_of_an_event_only_what_replays_need_is_kept() -> None:
    wordy = EVENT | {
        "eventName": "ObjectCreated:Put",
        "userIdentity": EVENT["userIdentity"] | {"name": "Ann"},
        "s3": {"bucket": {"name": "bucket", "arn": "an ARN"}, "object": OBJECT | {"eTag": "an ETag"}},
    }
    assert Upload.of_event(wordy) == Upload.of_event(EVENT)


def test_an_event_may_be_without_what_s3_does_not_always_send() -> None:
    bare = {"eventTime": EVENT["eventTime"], "s3": {"bucket": {"name": "bucket"}, "object": {"key": "uploads/a.csv"}}}
    it = Upload.of_event(bare)
    assert (it.version_id, it.size, it.principal) == ("", 0, "")
    assert Upload.of_event(it.event) == it  # as a replay reads it


# ---- Of a key -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "store"),
    [
        ("uploads/a.csv", None),
        ("uploads/Berlin/a.csv", "Berlin"),
        ("uploads/Berlin/2026/a.csv", "Berlin"),
        ("uploads//a.csv", ""),
        ("a.csv", None),  # S3 announces none of these
    ],
)
def test_a_file_in_a_folder_is_of_that_store_only(key: str, store: str | None) -> None:
    assert only_store(key) == upload(key).only_store == store


@pytest.mark.parametrize(
    ("key", "kinds"),
    [
        ("uploads/a.csv", ["is_file"]),
        ("uploads/Icon\r", []),
        ("checks/a.csv", ["is_check"]),
        ("checks/Berlin/a.csv", ["is_check"]),
        ("formats/Berlin/a", ["is_format"]),
        ("points/Berlin/a", ["sets_points"]),
        # Folders, and what others put into the bucket.
        ("checks/Berlin/", []),
        ("formats/", []),
        ("points/", []),
        ("log/a.csv", []),
        ("withdrawals/a", []),
    ],
)
def test_where_an_object_is_put_tells_what_it_is_for(key: str, kinds: list[str]) -> None:
    it = upload(key)
    assert [kind for kind in ("is_file", "is_check", "is_format", "sets_points") if getattr(it, kind)] == kinds
    assert is_file(key) is it.is_file


def test_there_is_no_answer_to_a_folder_whose_name_would_make_its_key_too_long() -> None:
    longest = "x" * (1024 - len("checked//v1.json"))
    assert upload(f"checks/{longest}/a").is_check
    assert not upload(f"checks/{longest}x/a").is_check
    assert not upload(f"checks/{longest[1:]}ä/a").is_check  # bytes count, not letters


@pytest.mark.parametrize(
    ("key", "version_id", "answer"),
    [
        ("checks/a.csv", "v1", "checked/v1.json"),
        ("checks/Berlin/a.csv", "v1", "checked/Berlin/v1.json"),
        ("checks/Berlin/2026/a.csv", "v1", "checked/Berlin/v1.json"),
        ("checks//a.csv", "v1", "checked//v1.json"),
        ("checks/a.csv", "", "checked/null.json"),
    ],
)
def test_who_may_send_for_a_store_may_read_the_answer(key: str, version_id: str, answer: str) -> None:
    assert answer_key(key, version_id) == answer


def test_rejected_rows_of_a_check_are_beside_its_answer() -> None:
    assert upload("checks/Berlin/a.csv").rejected_key == "checked/Berlin/v1.csv"
    assert upload("uploads/Berlin/a.csv").rejected_key == f"rejected/{TOKEN}.csv"


@pytest.mark.parametrize(("version_id", "asks"), [("v1", {"VersionId": "v1"}), ("", {})])
def test_just_the_version_that_was_announced_is_opened(version_id: str, asks: dict[str, str]) -> None:
    class S3:
        def get_object(self, **request: str) -> dict[str, Any]:
            return request

    assert upload("uploads/a.csv", version_id).open(S3()) == {"Bucket": "bucket", "Key": "uploads/a.csv"} | asks


# ---- Of its metadata ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "says", "mode"),
    [
        ("uploads/a.csv", {}, "rows"),
        ("uploads/a.csv", {"mode": "rows"}, "rows"),
        # A word that nobody knows.
        ("uploads/Berlin/a.csv", {"mode": "all"}, "rows"),
        ("uploads/Berlin/a.csv", {"mode": "whatever"}, "rows"),
        ("uploads/a.csv", {"mode": "Snapshot"}, "snapshot"),
        ("uploads/Berlin/a.csv", {"mode": "snapshot"}, "snapshot"),
        ("uploads/Berlin/a.csv", {"mode": "REMOVAL"}, "removal"),
        ("uploads/a.csv", {"mode": "removal"}, "rows"),  # of which store?
    ],
)
def test_the_mode_is_what_the_sender_says(key: str, says: dict[str, str], mode: str) -> None:
    assert mode_of(key, says) == mode


@pytest.mark.parametrize(("says", "forced"), [({}, False), ({"force": "True"}, True), ({"force": "yes"}, False)])
def test_only_a_clear_word_forces_a_snapshot(says: dict[str, str], forced: bool) -> None:
    assert is_forced(says) is forced
