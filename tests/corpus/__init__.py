"""Hostile files: what stores send when something is wrong, or when somebody means harm."""

from tests.corpus import binaries, exports, shapes, texts
from tests.corpus.hostile import NO_ROWS, Hostile

HOSTILE: list[Hostile] = [*shapes.ALL, *texts.ALL, *binaries.ALL, *exports.ALL]

__all__ = ["HOSTILE", "NO_ROWS", "Hostile"]
