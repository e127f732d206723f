"""Who sent a file, as its metadata says."""

import pytest

from load_inventory.uploaded_by import uploaded_by


@pytest.mark.parametrize(
    ("metadata", "person"),
    [
        ("nora@example.com", "nora@example.com"),
        ("=?UTF-8?B?SsO2cmc=?=", "Jörg"),
        ("=?UTF-8?Q?J=C3=B6rg_M?= =?UTF-8?Q?=C3=BCller?=", "Jörg Müller"),
        ("=?ISO-8859-1?Q?J=F6rg?= <joerg@example.com>", "Jörg <joerg@example.com>"),
        ("=?nobody-knows?B?SsO2cmc=?=", "=?nobody-knows?B?SsO2cmc=?="),
        ("=?UTF-8?B?/w==?=", "=?UTF-8?B?/w==?="),  # not UTF-8
        ("=?UTF-8?B?!?=", "=?UTF-8?B?!?="),  # not base64
        ("=?UTF-8?B?G1szMW1UaWxs?= 7", "[31mTill 7"),  # would have been red in a terminal
    ],
)
def test_it_is_read_as_a_person_reads_it(metadata: str, person: str) -> None:
    assert uploaded_by({"uploaded-by": metadata}) == person


def test_it_may_be_missing() -> None:
    assert uploaded_by({}) == ""
