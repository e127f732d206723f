"""Shards: the keys over which what belongs to all stores is spread, so that no key takes all writes. No AWS in here.

Shard 0 has the plain name, such as `out`, and shard 7 is `out.07`. So what was written before there were several is in
shard 0, and is found there.
"""

import zlib


def of_store(name: str, store: str, shards: int) -> str:
    """Return the shard of a key for what belongs to a store."""
    return _shard(name, zlib.crc32(store.encode()) % shards)


def upload_scopes(token: str, shards: int) -> list[str]:
    """Return the scopes of the table Uploads that may have the record of an upload, by its order token.

    First its shard; then shard 0, where it is and stays if it was begun before there were several.
    """
    own = _shard("all", int(token[-1], 16) % shards)  # order tokens end with the hexadecimal digits of a digest
    return list(dict.fromkeys((own, "all")))


def all_of(name: str, shards: int) -> list[str]:
    """Return all shards of a key."""
    return [_shard(name, number) for number in range(shards)]


def name_of(shard: str) -> str:
    """Return the name of a key without its shard: `out` for `out.07`."""
    return shard.partition(".")[0]


def _shard(name: str, number: int) -> str:
    return f"{name}.{number:02}" if number else name
