"""The messages of the queues: what S3 sends, and what the functions and the command line send. No AWS in here.

Every kind is a type with `body()`, the JSON text to send. `uploads_messages`, `alerts_message`,
`look_ahead_message`, `digests_message` and `channels_message` read such a text.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from stock.levels import Event

Record = dict[str, Any]
"""A record of an S3 event notification, as S3 sends it."""


class UnknownMessageError(ValueError):
    """The text is no message of onhand."""


@dataclass(frozen=True)
class Uploaded:
    """S3 has an object that somebody put. Only S3 sends it: it has no body of ours."""

    event: Record


@dataclass(frozen=True)
class LoadAgain:
    """`onhand replay` asks for an upload to be loaded again.

    `quiet`: what it writes raises no alert. `decision`: what was decided about a snapshot when it was loaded first.
    `form`: the format by which it was read then ("": none); None: it was not read yet.
    `withdrawal`: the newest request about it, as the log has it.
    """

    event: Record
    quiet: bool
    decision: str | None = None
    form: str | None = None
    withdrawal: dict[str, Any] | None = None

    def body(self) -> str:
        return _body("load_again", self)


@dataclass(frozen=True)
class LoadPart:
    """Load one part of an upload that was split (`phase` "apply"), or count what it would take ("check").

    `run` names the parts that one attempt made of the upload. The part has the `number` (from 0), lies in `chunks`
    objects and reaches from the (store, item) `first` to before `end`, None: no bound. `at_ends`: stores of the upload
    in which it begins or ends. `doubtful`: another attempt at the upload may have died half way.
    `form`: the format by which its file was read. `withdrawal`: as in LoadAgain. `again`: it is a replay.
    """

    event: Record
    run: str
    phase: str
    snapshot: bool
    quiet: bool
    doubtful: bool
    number: int
    chunks: int
    first: tuple[str, str] | None
    end: tuple[str, str] | None
    at_ends: list[str]
    form: str = ""
    withdrawal: dict[str, Any] | None = None
    again: bool = False

    def body(self) -> str:
        return _body("load_part", self)


@dataclass(frozen=True)
class Recount:
    """Count a store and mark its rows as out, low or neither."""

    store: str

    def body(self) -> str:
        return _body("recount", self)


@dataclass(frozen=True)
class Publish:
    """Publish the alerts of one event in one store that come from one upload.

    `token` is the upload's, or stands for a second in which rows changed without one. `since`: epoch seconds at which
    the message was sent.
    """

    store: str
    token: str
    event: Event
    since: float

    def body(self) -> str:
        return _body("publish", self)


@dataclass(frozen=True)
class Recheck:
    """Compare rows of a store with what is known of their alerts: for stream records that were lost."""

    store: str
    items: list[str]

    def body(self) -> str:
        return _body("recheck", self)


@dataclass(frozen=True)
class LookAhead:
    """Forecast what a store will run out of, and tell people of what is likely."""

    store: str

    def body(self) -> str:
        return _body("look_ahead", self)


@dataclass(frozen=True)
class Gather:
    """Gather what the forecasts of many stores say of each item, for stores that have seen little of it."""

    def body(self) -> str:
        return _body("gather", self)


@dataclass(frozen=True)
class SendDigest:
    """Send a digest, whose time came at `moment` (epoch seconds), unless one of that moment or later was sent."""

    digest: str
    moment: float

    def body(self) -> str:
        return _body("send_digest", self)


@dataclass(frozen=True)
class PostTo:
    """Post something (the fields of telling/post.py) in a channel."""

    channel: str
    post: dict[str, Any]

    def body(self) -> str:
        return _body("post_to", self)


def uploads_messages(body: str) -> list[Uploaded | LoadAgain | LoadPart | Recount]:
    """Return what a message of the uploads queue asks for; of S3 that may be several records, or none (its test).

    Raises UnknownMessageError.
    """
    fields = _fields(body)
    try:
        match fields:
            case {"Records": [*records]}:
                return [Uploaded(record) for record in records if record["eventName"].startswith("ObjectCreated:")]
            case {"Event": "s3:TestEvent"}:
                return []
            case {"load_again": values}:
                return [LoadAgain(**values)]
            case {"load_part": values}:
                ends = {name: values[name] and (values[name][0], values[name][1]) for name in ("first", "end")}
                return [LoadPart(**values | ends)]
            case {"recount": values}:
                return [Recount(**values)]
    except (KeyError, TypeError, AttributeError) as error:
        raise _unknown(body) from error
    raise _unknown(body)


def alerts_message(body: str) -> Publish | Recheck:
    """Return what a message of the alerts queue asks for. Raises UnknownMessageError."""
    fields = _fields(body)
    try:
        match fields:
            case {"publish": values}:
                return Publish(**values | {"event": Event(values["event"])})
            case {"recheck": values}:
                return Recheck(**values)
    except (KeyError, TypeError, ValueError) as error:
        raise _unknown(body) from error
    raise _unknown(body)


def look_ahead_message(body: str) -> LookAhead | Gather:
    """Return what a message of the look-ahead queue asks for. Raises UnknownMessageError."""
    fields = _fields(body)
    try:
        match fields:
            case {"look_ahead": values}:
                return LookAhead(**values)
            case {"gather": values}:
                return Gather(**values)
    except TypeError as error:
        raise _unknown(body) from error
    raise _unknown(body)


def digests_message(body: str) -> SendDigest:
    """Return what a message of the digests queue asks for. Raises UnknownMessageError."""
    fields = _fields(body)
    try:
        match fields:
            case {"send_digest": values}:
                return SendDigest(**values)
    except TypeError as error:
        raise _unknown(body) from error
    raise _unknown(body)


def channels_message(body: str) -> PostTo | dict[str, Any]:
    """Return what a message of the channels queue has: a post, or an alert as SNS put it there (its JSON).

    Raises UnknownMessageError.
    """
    fields = _fields(body)
    try:
        match fields:
            case {"post_to": values}:
                return PostTo(**values)
            case {"version": _, "event": _, "store": _, "texts": _}:
                alert: dict[str, Any] = fields
                return alert
    except TypeError as error:
        raise _unknown(body) from error
    raise _unknown(body)


def _body(kind: str, message: Any) -> str:
    return json.dumps({kind: asdict(message)}, separators=(",", ":"))


def _fields(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise _unknown(body) from error


def _unknown(body: str) -> UnknownMessageError:
    return UnknownMessageError(f"This is no message of onhand: {body[:200]!r}")
