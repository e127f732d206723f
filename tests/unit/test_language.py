"""The words of messages: the same ones in every language, and English for who wants one that there is not."""

import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

from telling.language import LANGUAGES, Texts

TEXTS = {path.stem: path for path in (Path(__file__).parents[2] / "functions/telling/texts").glob("*.toml")}


def placeholders(texts: dict[str, Any]) -> dict[str, set[str]]:
    """The names that are filled in, for each text."""
    found: dict[str, set[str]] = {}
    for key, text in texts.items():
        if isinstance(text, dict):
            found |= {f"{key}.{name}": names for name, names in placeholders(text).items()}
        else:
            found[key] = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return found


def test_there_are_texts_of_every_language() -> None:
    assert set(TEXTS) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_texts_and_the_placeholders_of_english(language: str) -> None:
    words, english = (placeholders(tomllib.loads(TEXTS[one].read_text("utf-8"))) for one in (language, "en"))
    assert words == english


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Open the dashboard"),
        ("de", "Auf dem Dashboard ansehen"),
        ("fr", "Open the dashboard"),
        ("aa", "Open the dashboard"),
        ("../texts/de", "Open the dashboard"),
        ("", "Open the dashboard"),
    ],
)
def test_who_wants_a_language_that_there_is_not_gets_english(language: str, said: str) -> None:
    assert Texts.load(language).shared("open_dashboard") == said


def test_the_words_of_a_language_are_read_once() -> None:
    assert Texts.load("de") is Texts.load("de")


def test_values_are_filled_in() -> None:
    texts = Texts.load("en")
    assert texts.shared("part", part=1, parts=3) == "(1 of 3)"
    assert texts.of("LOW_STOCK", "subject_one", item="Dot", store="Ulm") == "Low stock: Dot in Ulm"
    assert texts.of("DIGEST", "see") == "Work through it on the dashboard"


def test_a_text_may_be_filled_in_later() -> None:
    assert Texts.load("en").shared("more") == "… and {n} more"
