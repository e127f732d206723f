"""How many messages SQS takes in one call."""

from stock.batches import batches


def test_a_call_has_ten_messages_and_256_kilobytes_at_most() -> None:
    assert [len(batch) for batch in batches(["x"] * 25)] == [10, 10, 5]
    large = ["ü" * 40_000] * 7  # 80,000 bytes each
    assert [len(batch) for batch in batches(large)] == [3, 3, 1]
    assert list(batches([])) == []
