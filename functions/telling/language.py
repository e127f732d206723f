"""The words of a language, from texts/. No AWS in here."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de")


class Texts:
    """The words of one language."""

    def __init__(self, words: dict[str, Any]) -> None:
        self._words = words

    @classmethod
    @cache
    def load(cls, language: str) -> "Texts":
        """Return the texts of a language; English, if there are none: people write what they like into a table."""
        path = Path(__file__).parent / "texts" / f"{language if language in LANGUAGES else 'en'}.toml"
        return cls(tomllib.loads(path.read_text("utf-8")))

    def shared(self, key: str, **values: object) -> str:
        """Return a text that all events share."""
        text: str = self._words[key]
        return text.format(**values) if values else text

    def of(self, section: str, key: str, **values: object) -> str:
        """Return a text of a section: an event, or `DIGEST`."""
        text: str = self._words[section][key]
        return text.format(**values)
