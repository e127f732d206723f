"""`make release VERSION=0.2.0`: set the version, close the changelog, commit and tag. It pushes nothing."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from onhand.console import UserError, console, fail
from onhand.target import ROOT

_VERSION = re.compile(r'^version = "(\d+\.\d+\.\d+)"$', re.MULTILINE)
_UNRELEASED = "## Unreleased\n"
_FILES = ("pyproject.toml", "CHANGELOG.md")


def release(root: Path, version: str, day: date) -> None:
    """Make a release of the clone in `root`. Raises UserError, with nothing changed, if that cannot be."""
    project, changelog = (root / name for name in _FILES)
    new_project = with_version(project.read_text(), version)
    new_changelog = closed(changelog.read_text(), version, day)
    if _git(root, "status", "--porcelain"):
        raise UserError("There are changes that are not committed (`git status`). A release is made of what is.")
    if _git(root, "tag", "--list", f"v{version}"):
        raise UserError(f"There is a tag v{version} already.")
    project.write_text(new_project)
    changelog.write_text(new_changelog)
    try:
        _git(root, "commit", "--quiet", "--message", f"Release {version}", *_FILES)
    except UserError:
        _git(root, "checkout", "--quiet", "HEAD", "--", *_FILES)
        raise
    _git(root, "tag", "--annotate", f"v{version}", "--message", f"onhand {version}")


def with_version(project: str, version: str) -> str:
    """Return pyproject.toml with another version. Raises UserError if it is none, or not higher than that before."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise UserError(f"'{version}' is not a version such as 0.2.0 (make release VERSION=0.2.0).")
    found = _VERSION.search(project)
    if not found:
        raise UserError('pyproject.toml has no line such as version = "0.1.0".')
    if _numbers(version) <= _numbers(found[1]):
        raise UserError(f"{version} is not higher than {found[1]}, which pyproject.toml has.")
    return project[: found.start(1)] + version + project[found.end(1) :]


def closed(changelog: str, version: str, day: date) -> str:
    """Return a changelog in which what was unreleased is a version's. Raises UserError if nothing was."""
    _, found, rest = changelog.partition(_UNRELEASED)
    if not found or not rest.partition("\n## ")[0].strip():
        raise UserError('CHANGELOG.md says nothing under "Unreleased".')
    return changelog.replace(_UNRELEASED, f"## {version} - {day.isoformat()}\n", 1)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _git(root: Path, *arguments: str) -> str:
    """Return what git prints. Raises UserError with what it says if it fails."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UserError(f"git {arguments[0]}: {(done.stderr or done.stdout).strip()}")
    return done.stdout.strip()


def main() -> None:
    """Make the release that the command line names."""
    version = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        release(ROOT, version, datetime.now(UTC).date())
    except UserError as error:
        fail(str(error))
        sys.exit(1)
    console.print(f"[green]✓[/] v{version} is committed and tagged. `git push --follow-tags` publishes it.")


if __name__ == "__main__":
    main()
