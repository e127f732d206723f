"""Values in DynamoDB's JSON, and back. No AWS in here."""

from collections.abc import Mapping
from typing import Any

Item = dict[str, Any]
"""An item, or a set of values, in DynamoDB's JSON, such as `{"Store": {"S": "Berlin"}, "Count": {"N": "12"}}`."""


def attribute(value: Any) -> Item:
    """Return a str, bool, number, set of str, list or mapping as DynamoDB writes it. A set must not be empty."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": repr(value)}
        case set() | frozenset():
            return {"SS": sorted(value)}
        case list() | tuple():
            return {"L": [attribute(each) for each in value]}
        case Mapping():
            return {"M": item(value)}
    raise TypeError(f"DynamoDB has no type for {value!r}")


def item(values: Mapping[str, Any]) -> Item:
    """Return a mapping of names to values as an item."""
    return {name: attribute(value) for name, value in values.items()}


def text(found: Item, name: str) -> str:
    """Return a text of an item; "" if it has none."""
    return str(found.get(name, {}).get("S", ""))


def texts(found: Item, name: str) -> tuple[str, ...]:
    """Return the texts of a set of an item, in order; none if it has no such set."""
    return tuple(sorted(found.get(name, {}).get("SS", ())))


def whole_number(found: Item, name: str) -> int | None:
    """Return a whole number of an item; None if it has none, or something else that people wrote there by hand."""
    written = found.get(name, {}).get("N")
    if written is None:
        return None
    try:
        return int(written)
    except ValueError:
        number = float(written)
        return int(number) if number.is_integer() else None
