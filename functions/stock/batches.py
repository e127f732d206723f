"""Messages in lists that SQS takes in one call. No AWS in here: the command line is not to wait for it."""

from collections.abc import Iterable, Iterator

_MESSAGES_A_CALL = 10
_BYTES_A_CALL = 256 * 1024


def batches(bodies: Iterable[str]) -> Iterator[list[str]]:
    """Yield messages in lists that SQS takes in one call: at most 10 of them, and 256 KB."""
    batch: list[str] = []
    size = 0
    for body in bodies:
        length = len(body.encode())
        if batch and (len(batch) == _MESSAGES_A_CALL or size + length > _BYTES_A_CALL):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += length
    if batch:
        yield batch
