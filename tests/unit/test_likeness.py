"""Which store a new name is probably meant to be."""

import pytest

from onhand.likeness import like

KNOWN = ["North Quay", "South Gate", "Shop 11", "Zürich", "Bay"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("NORTH QUAY", "North Quay"),  # case
        ("North\u00a0 Quay", "North Quay"),  # blanks
        ("Zurich", "Zürich"),  # accents
        ("Sоuth Gаte", "South Gate"),  # Cyrillic letters
        ("Nroth Quay", "North Quay"),  # letters changed
        ("North Qay", "North Quay"),
        ("North Quayy", "North Quay"),
        ("North Quaj", "North Quay"),
        ("Shop 12", None),  # another shop
        ("Shop 1", None),
        ("Day", None),  # too short to tell
        ("East Wharf", None),
    ],
)
def test_likeness(name: str, meant: str | None) -> None:
    assert like(name, KNOWN) == meant
