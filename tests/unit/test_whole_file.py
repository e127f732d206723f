"""What is kept of a file while it is read."""

from load_inventory.csv_file import Rejected
from load_inventory.upload import Upload
from load_inventory.whole_file import File

UPLOAD = Upload("a token", "bucket", "uploads/Berlin.csv", "1", 0, {})


def test_rejected_rows_too_are_kept_only_while_they_fit() -> None:
    file = File(UPLOAD, part_rows=100, s3=None, reports=False)
    for line in range(100):
        file.add(Rejected(line, "why", "Berlin", f"Item {line}", "many", known=True))
    assert file.fits

    file.add(Rejected(100, "why", "Berlin", "Item 100", "many", known=True))

    assert not file.fits
