"""`make release` in a clone of its own: one version, one commit, one tag, or nothing."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from onhand.console import UserError
from onhand.release import release

DAY = date(2026, 11, 25)
CHANGELOG = "# Changelog\n\n## Unreleased\n\n- **Cost**: a command.\n\n## 0.1.0 - 2026-11-22\n\nFirst version.\n"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ann")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ann@example.com")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "onhand"\nversion = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "All of it")
    return tmp_path


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout.strip()


def unchanged(clone: Path) -> bool:
    return git(clone, "status", "--porcelain") == "" and git(clone, "log", "--format=%s") == "All of it"


def test_a_release_is_a_version_a_changelog_a_commit_and_a_tag(clone: Path) -> None:
    release(clone, "0.2.0", DAY)
    assert 'version = "0.2.0"' in (clone / "pyproject.toml").read_text()
    assert "## 0.2.0 - 2026-11-25\n\n- **Cost**: a command.\n\n## 0.1.0" in (clone / "CHANGELOG.md").read_text()
    assert "Unreleased" not in (clone / "CHANGELOG.md").read_text()
    assert git(clone, "log", "-1", "--format=%s") == "Release 0.2.0"
    assert git(clone, "describe", "--exact-match") == "v0.2.0"
    assert git(clone, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("", "is not a version such as 0.2.0"),
        ("0.2", "is not a version"),
        ("v0.2.0", "is not a version"),
        ("0.1.0", "not higher than 0.1.0"),
        ("0.0.9", "not higher than 0.1.0"),
    ],
)
def test_a_version_that_is_none_or_not_higher_is_refused(clone: Path, version: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        release(clone, version, DAY)
    assert unchanged(clone)


def test_versions_are_compared_as_numbers(clone: Path) -> None:
    release(clone, "0.10.0", DAY)
    (clone / "CHANGELOG.md").write_text("## Unreleased\n\n- More.\n")
    git(clone, "commit", "--all", "--quiet", "--message", "More")
    with pytest.raises(UserError, match=r"0\.9\.0 is not higher than 0\.10\.0"):
        release(clone, "0.9.0", DAY)


def test_what_is_not_committed_is_no_release(clone: Path) -> None:
    (clone / "new.py").write_text("")
    with pytest.raises(UserError, match="not committed"):
        release(clone, "0.2.0", DAY)


def test_a_tag_that_is_there_is_left_alone(clone: Path) -> None:
    git(clone, "tag", "v0.2.0")
    with pytest.raises(UserError, match=r"There is a tag v0\.2\.0 already"):
        release(clone, "0.2.0", DAY)
    assert unchanged(clone)


def test_a_release_says_what_is_new(clone: Path) -> None:
    (clone / "CHANGELOG.md").write_text("## Unreleased\n\n## 0.1.0 - 2026-11-22\n")
    git(clone, "commit", "--all", "--quiet", "--message", "Nothing new")
    with pytest.raises(UserError, match="says nothing under"):
        release(clone, "0.2.0", DAY)


def test_when_git_refuses_the_commit_nothing_is_left_behind(clone: Path) -> None:
    hook = clone / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'not on a Friday' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(UserError, match="git commit: not on a Friday"):
        release(clone, "0.2.0", DAY)
    assert unchanged(clone)
    assert git(clone, "tag") == ""
