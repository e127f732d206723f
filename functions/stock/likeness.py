"""Which store a name that nobody knows is probably meant to be. No AWS in here."""

import unicodedata
from collections.abc import Iterable

_SHORTEST = 4  # characters: shorter names are one edit away from too many others
# Cyrillic and Greek letters that look like Latin ones, in lower case.
_LOOKS_LIKE = str.maketrans("аеорсухіјѕԁһкмтвнαορνικτυ", "aeopcyxijsdhkmtbhaopviktu")


def like(name: str, known: Iterable[str]) -> str | None:
    """Return the name of `known` that another one is easily taken for; None: there is none.

    Case, blanks, accents and letters that look alike are no difference; else one letter may be wrong, too many, missing
    or changed with its neighbour. Numbers must be the same: Shop 11 is not meant to be Shop 12.
    """
    names, mine = sorted(set(known) - {name}), skeleton(name)
    same = [other for other in names if skeleton(other) == mine]
    if same or len(mine) < _SHORTEST:
        return same[0] if same else None
    return next(
        (other for other in names if _is_one_edit(mine, skeleton(other)) and _digits(name) == _digits(other)), None
    )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question, to be put behind the sentence that nobody knows a name; "" if there is no answer to it.

    Meant is one that is easily taken for it, or has it in its name.
    """
    names = sorted(known)
    holding = (other for other in names if name.casefold() in other.casefold())
    if not (meant := like(name, names) or next(holding, None)):
        return ""
    seen = told_apart(name, meant)
    return f" Did you mean '{meant}'?" if seen == name else f" Did you mean '{meant}'? (You gave '{seen}'.)"


def told_apart(name: str, meant: str) -> str:
    """Return a name with signs named that look like those of another: `North‹U+00A0›Quay`, `North␣␣Quay`."""

    def is_alike(sign: str) -> bool:
        return sign not in meant and (ord(sign.lower()) in _LOOKS_LIKE or (sign.isspace() and sign != " "))

    return "".join(f"‹U+{ord(sign):04X}›" if is_alike(sign) else sign for sign in name.replace("  ", "␣␣"))


def skeleton(name: str) -> str:
    """Return what is left of a name without case, blanks, accents, and which of two letters that look alike it is."""
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_LOOKS_LIKE)
    parts = unicodedata.normalize("NFKD", folded)
    return "".join(part for part in parts if not unicodedata.combining(part) and not part.isspace())


def _digits(name: str) -> str:
    return "".join(character for character in name if character.isdigit())


def _is_one_edit(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    rest, others = shorter[at:], longer[at:]
    if len(shorter) != len(longer):
        return rest == others[1:]
    return rest[1:] == others[1:] or (rest[:2] == others[1::-1] and rest[2:] == others[2:])
