"""Pages of docs/ whose tables a benchmark writes."""

from pathlib import Path


def replace(page: Path, part: str, text: str, target: str = "bench") -> None:
    """Replace what the page has between the two markers of a part, which `make target` writes.

    Raises ValueError if they are not there.
    """
    begin, end = f"<!-- begin: {part}, written by make {target} -->\n", f"<!-- end: {part} -->\n"
    whole = page.read_text()
    if begin not in whole or end not in whole:
        raise ValueError(f"{page} has no markers {begin.strip()} and {end.strip()}")
    before, _, rest = whole.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(before + begin + "\n" + text + "\n" + end + after)
