"""Dataclasses made of what JSON says, each value checked by the type of its field. No AWS in here."""

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, get_args, get_origin


def made_of(wanted: Any, value: Any) -> Any:
    """Return a value of JSON as the type that is wanted. Raises TypeError or ValueError if it is none such.

    `wanted`: a dataclass, a text, number, bool or enumeration, `dict[str, Any]`, or lists, tuples and options of these.
    """
    if isinstance(wanted, UnionType):  # `X | None` is the only one that messages have
        return None if value is None else made_of(get_args(wanted)[0], value)
    of, parts = get_origin(wanted) or wanted, get_args(wanted)
    if is_dataclass(of):
        types = {field.name: field.type for field in fields(of)}
        if not isinstance(value, dict) or value.keys() - types.keys():
            raise TypeError(f"{value!r} is no {of}")
        return wanted(**{name: made_of(types[name], each) for name, each in value.items()})
    if of in (list, tuple) and isinstance(value, list):
        kinds = parts if of is tuple else parts * len(value)
        return of(made_of(kind, each) for kind, each in zip(kinds, value, strict=True))
    if of is float and type(value) is int:
        return value
    if issubclass(of, str) and isinstance(value, str):
        return of(value)
    if type(value) is not of:  # not isinstance: true is no number
        raise TypeError(f"{value!r} is no {of}")
    return value
