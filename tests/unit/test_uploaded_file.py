"""What is kept of a file while it is read."""

import pytest

from load_inventory.attempt import Attempt
from load_inventory.clients import Clients, Settings
from load_inventory.upload import Upload
from load_inventory.uploaded_file import UploadedFile
from read_file.csv_rows import Refused, Rejected, Row
from tests.engines import AWS
from tests.unit.rejected_rows import rejected

UPLOAD = Upload("a token", "bucket", "uploads/chain.csv", "1", 0, {})
ATTEMPT = Attempt(UPLOAD, "a mark")


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Clients:
    """Clients that are never used."""
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    return Clients(Settings("Inventory", "Stores", "Uploads", "ReorderPoints", "History", "a queue", part_rows=100))


def file_of(clients: Clients, *rows: Row | Rejected, key: str = "uploads/chain.csv") -> UploadedFile:
    file = UploadedFile(clients, Attempt(Upload("a token", "bucket", key, "1", 0, {}), "a mark"))
    for row in rows:
        file.add(row)
    return file


def mentioned(line: int, item: str) -> Rejected:
    return rejected(line, "Berlin", item, known=True)


def test_rejected_rows_too_are_kept_only_while_they_fit(clients: Clients) -> None:
    file = file_of(clients, *(mentioned(line, f"Item {line}") for line in range(100)))
    assert file.fits

    file.add(mentioned(100, "Item 100"))

    assert not file.fits


def test_nothing_is_kept_of_a_file_that_does_not_fit(clients: Clients) -> None:
    file = file_of(clients, *(Row(line, "Berlin", f"Item {line}", 1, None) for line in range(101)))
    assert not file.fits
    assert file.rows == {}
    assert file.stores == {"Berlin"}
    assert "Repeated" not in file.findings()  # the parts will know


def test_the_last_line_of_an_item_counts_and_the_earlier_ones_are_reported(clients: Clients) -> None:
    file = file_of(clients, *(Row(line, "Berlin", "tea", line, None) for line in (2, 3, 4)))
    assert file.rows == {"Berlin": {"tea": Row(4, "Berlin", "tea", 4, None)}}
    findings = file.findings()
    assert (findings["Rows"], findings["Repeated"]) == (3, 2)
    assert [(row["Line"], row["LastLine"]) for row in findings["FirstRepeated"]] == [(2, 3), (3, 4)]


def test_a_snapshot_keeps_the_items_of_rejected_rows_and_other_uploads_do_not_speak_of_them(clients: Clients) -> None:
    file = file_of(clients, Row(2, "Berlin", "tea", 7, None), mentioned(3, "milk"))
    (snapshot,), (rows,) = file.shares(ATTEMPT, snapshot=True), file.shares(ATTEMPT, snapshot=False)
    assert [item for item in ("tea", "milk", "rice") if snapshot.delists(item)] == ["rice"]
    assert not any(rows.delists(item) for item in ("tea", "milk", "rice"))
    assert rows.kept == set()


def test_a_store_of_which_all_rows_are_rejected_is_not_touched(clients: Clients) -> None:
    file = file_of(clients, mentioned(2, "milk"))
    assert file.shares(ATTEMPT, snapshot=True) == []


@pytest.mark.parametrize(
    ("key", "store", "is_refused"),
    [
        ("uploads/chain.csv", "Berlin", True),
        ("uploads/chain.csv", "", True),
        ("uploads/Berlin/all.csv", " Berlin ", True),
        ("uploads/Berlin/all.csv", "", True),
        ("uploads/Berlin/all.csv", "Karachi", False),
    ],
)
def test_a_snapshot_with_a_row_that_cannot_be_read_is_refused_if_it_may_be_of_the_store(
    clients: Clients, key: str, store: str, is_refused: bool
) -> None:
    file = file_of(clients, rejected(7, store, ""), key=key)
    if is_refused:
        with pytest.raises(Refused, match="line 7 cannot be read"):
            file.check_snapshot()
    else:
        file.check_snapshot()


def test_a_file_needs_rows_but_rejected_ones_are_enough(clients: Clients) -> None:
    with pytest.raises(Refused, match="no rows"):
        file_of(clients).check()
    file_of(clients, mentioned(2, "milk")).check()


def test_repeats_that_say_another_count_are_counted(clients: Clients) -> None:
    rows = [Row(2, "Berlin", "tea", 40, None), Row(3, "Berlin", "tea", 0, None), Row(4, "Berlin", "tea", 0, None)]
    findings = file_of(clients, *rows).findings()
    assert (findings["Repeated"], findings["Conflicting"]) == (2, 1)
    assert [(row["Count"], row["LastCount"]) for row in findings["FirstRepeated"]] == [(40, 0), (0, 0)]


def test_a_file_of_a_folder_shows_whose_it_is_also_if_nothing_of_it_counts(clients: Clients) -> None:
    findings = file_of(clients, key="uploads/Berlin/all.csv").findings()
    assert (findings["Stores"], findings["StoreCount"]) == (["Berlin"], 1)
    assert file_of(clients).findings()["StoreCount"] == 0


@pytest.mark.parametrize(
    ("key", "is_file"),
    [
        ("uploads/a.csv", True),
        ("uploads/Berlin/2026/a.csv", True),
        ("uploads/Berlin/", False),
        ("rejected/a.csv", False),
        *(
            (f"uploads/Berlin/{name}", False)
            for name in (".DS_Store", ".keep", "desktop.ini", "Thumbs.db", "~$list.xlsx")
        ),
    ],
)
def test_what_programs_leave_beside_files_is_no_upload(key: str, is_file: bool) -> None:
    assert Upload("a token", "bucket", key, "1", 0, {}).is_file == is_file
