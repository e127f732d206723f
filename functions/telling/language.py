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

    @staticmethod
    @cache
    def load(language: str) -> "Texts":
        """Return the texts of a language; English, if there are none."""
        folder = Path(__file__).parent / "texts"
        path = folder / f"{language}.toml"
        return Texts(tomllib.loads((path if path.exists() else folder / "en.toml").read_text("utf-8")))

    def shared(self, key: str, **values: object) -> str:
        """Return a text that all events share."""
        text: str = self._words[key]
        return text.format(**values) if values else text

    def of(self, section: str, key: str, **values: object) -> str:
        """Return a text of a section: an event, or `DIGEST`."""
        text: str = self._words[section][key]
        return text.format(**values)
