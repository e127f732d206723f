"""The text of a file, in blocks of whole lines: line ends, lines that are too long, and bytes that are no text."""

import io

import pytest

from read_file.file_text import Text, too_long
from read_file.refused import Refused

BLOCK = 65_536
CUT = 5 * BLOCK  # a line is too long for certain when more than four blocks have no line end


def text_of(content: str | bytes) -> Text:
    return Text(io.BytesIO(content.encode() if isinstance(content, str) else content), lambda _line: None)


def blocks(content: str | bytes) -> list[str]:
    return [*iter(text_of(content).block, "")]


def lines(content: str | bytes) -> list[str]:
    return [*iter(text_of(content).line, "")]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a\nb\nc", ["a\nb\n", "c"]),
        ("a\rb", ["a\r", "b"]),
        ("\rb", ["\r", "b"]),
        ("a\r\nb\r", ["a\r\n", "b\r"]),  # this CR may be half of a CRLF
        ("\ufeffa\n", ["a\n"]),
        ("é", ["é"]),
    ],
)
def test_a_block_ends_with_a_line(content: str, found: list[str]) -> None:
    assert blocks(content) == found


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("length", [BLOCK - 2, BLOCK - 1, BLOCK])
def test_lines_are_whole_wherever_a_block_ends(line_end: str, length: int) -> None:
    written = ["x" * length + line_end, "y" * length + line_end, "z" + line_end, "the end"]
    assert lines("".join(written)) == written


def test_a_line_may_have_65535_characters_of_any_language() -> None:
    written = ["store\n", "🧊" * 65_535 + "\n", "東" * 65_535 + "\n", "the end"]
    assert lines("".join(written)) == written


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("length", [CUT - 2, CUT - 1, CUT, CUT + 1, 2 * CUT - 1])
def test_a_line_that_is_much_too_long_is_cut_and_the_next_is_whole(line_end: str, length: int) -> None:
    first, *others = lines(f"{'x' * length}{line_end}next{line_end}{line_end}the end")
    assert too_long(first)
    assert len(first) <= CUT
    assert others == [f"next{line_end}", line_end, "the end"]


@pytest.mark.parametrize("end", ["\n", "\r", "\nz", "\rz", "\r\nz", "\r\r", "\n\nz"])
def test_what_follows_a_long_line_is_whole_at_the_end_of_the_file_too(end: str) -> None:
    _, *others = lines("x" * (CUT + 5) + end)
    assert "".join(others) == end.removeprefix("\r\n" if end.startswith("\r\n") else end[0])


def test_a_long_line_takes_no_more_memory_than_it_needs() -> None:
    long, *others = blocks("x" * 1_000_000 + "\nnext\n")
    assert len(long) == CUT
    assert others == ["next\n"]


@pytest.mark.parametrize(
    ("text", "is_too_long"),
    [
        ("x" * 65_535, False),
        ("x" * 65_536, True),
        ("x" * 65_535 + "\n", False),
        ("x" * 65_535 + "\r\n", False),
        ("x" * 65_536 + "\n", True),
        ("\n" + "x" * 70_000, False),
        ("\r" + "x" * 70_000, False),
        ("tea\n" + "x" * 70_000, False),
        ("tea\r" + "x" * 70_000, False),
    ],
)
def test_a_line_of_65536_characters_is_too_long(text: str, is_too_long: bool) -> None:
    assert too_long(text) == is_too_long


def test_lines_have_numbers_and_may_be_put_back() -> None:
    text = text_of("a\nb\nc\nd\n")
    assert text.number == 0
    taken = [text.line() for _ in range(3)]
    assert text.number == 3
    text.put_back(taken[1:])
    assert text.number == 1
    assert text.block() == "b\nc\nd\n"
    assert text.line() == ""
    assert text.number == 1  # whoever takes a block adds its lines


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"\xfcber\n", 1),
        (b"a\nM\xfcsli\nb\n", 2),
        (b"a\n\xfcber\nb\n", 2),
        (b"a\rb\r\n\n\xfcber\nb\n", 4),
        (b"milk\n" * 100_000 + b"M\xfcsli\n", 100_001),
    ],
)
def test_the_first_line_that_is_not_utf8_is_named(content: bytes, line: int) -> None:
    text = text_of(content)

    def read_on() -> None:
        while block := text.block():
            text.number += len(block.splitlines())

    with pytest.raises(Refused, match=f"^Line {line} is not UTF-8 text"):
        read_on()


def test_whoever_watches_is_told_of_every_64_kb_read() -> None:
    told: list[int] = []
    text = Text(io.BytesIO(b"tea\n" * 40_000), told.append)
    while block := text.block():
        text.number += block.count("\n")
    assert told == [0, 16_384, 32_768, 40_000]
