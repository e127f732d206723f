"""What the pages in docs/ take from the code is as the code has it."""

from pathlib import Path

import pytest

from onhand.docs import pages
from onhand.target import ROOT

PAGES = pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_says_what_the_code_says(page: Path) -> None:
    assert page.read_text() == PAGES[page], "`make docs` writes it anew"


def test_the_reference_has_every_command_and_nothing_of_this_machine() -> None:
    reference = PAGES[ROOT / "docs" / "commands.md"]
    for command in ("up", "upload", "alerts ack", "threshold remove", "user add", "cost"):
        assert f"\n## onhand {command}\n" in reference
    assert str(Path.home()) not in reference
    assert str(ROOT) not in reference


def test_a_page_without_its_markers_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "cost.md").write_text("no markers\n")
    monkeypatch.setattr("onhand.docs.ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"cost\.md has no markers <!-- begin: three sizes"):
        pages()
