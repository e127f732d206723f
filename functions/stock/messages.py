"""The messages of the queues: what S3 sends, and what the functions and the command line send. No AWS in here.

Every kind is a type with `body()`, the JSON text to send. `uploads_messages`, `alerts_message`,
`look_ahead_message`, `digests_message` and `channels_message` read such a text.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from stock.json_text import parsed
from stock.levels import Event
from stock.made_of import made_of
from stock.order_token import is_order_token, is_token_of_changes, order_token
from telling.post import Post

_LONGEST_KEY, _LONGEST_SORT_KEY = 2048, 1024
"""Bytes that DynamoDB takes."""

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
    """Compare rows of a store with what is known of their alerts: for stream records that were lost.

    `quiet`: nobody is told what comes of it, as the table Alerts lost what people were told.
    """

    store: str
    items: list[str]
    quiet: bool = False

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
    """Post something in a channel."""

    channel: str
    post: Post

    def body(self) -> str:
        return _body("post_to", self)


_WRONG = (KeyError, TypeError, AttributeError, ValueError)
_M = TypeVar("_M")


def uploads_messages(body: str) -> list[Uploaded | LoadAgain | LoadPart | Recount]:
    """Return what a message of the uploads queue asks for; of S3 that may be several records, or none (its test).

    Raises UnknownMessageError.
    """
    try:
        match parsed(body):
            case {"Records": [*records]}:
                created = [record for record in records if record["eventName"].startswith("ObjectCreated:")]
                return [Uploaded(_event(record)) for record in created]
            case {"Event": "s3:TestEvent"}:
                return []
            case {"load_again": values}:
                return [_made(LoadAgain, values)]
            case {"load_part": values}:
                return [_made(LoadPart, values)]
            case {"recount": values}:
                return [_made(Recount, values)]
    except _WRONG as error:
        raise _unknown(body) from error
    raise _unknown(body)


def alerts_message(body: str) -> Publish | Recheck:
    """Return what a message of the alerts queue asks for. Raises UnknownMessageError."""
    try:
        match parsed(body):
            case {"publish": values}:
                return _made(Publish, values)
            case {"recheck": values}:
                return _made(Recheck, values)
    except _WRONG as error:
        raise _unknown(body) from error
    raise _unknown(body)


def look_ahead_message(body: str) -> LookAhead | Gather:
    """Return what a message of the look-ahead queue asks for. Raises UnknownMessageError."""
    try:
        match parsed(body):
            case {"look_ahead": values}:
                return _made(LookAhead, values)
            case {"gather": values}:
                return _made(Gather, values)
    except _WRONG as error:
        raise _unknown(body) from error
    raise _unknown(body)


def digests_message(body: str) -> SendDigest:
    """Return what a message of the digests queue asks for. Raises UnknownMessageError."""
    try:
        match parsed(body):
            case {"send_digest": values}:
                return _made(SendDigest, values)
    except _WRONG as error:
        raise _unknown(body) from error
    raise _unknown(body)


def channels_message(body: str) -> PostTo | dict[str, Any]:
    """Return what a message of the channels queue has: a post, or an alert as SNS put it there (its JSON).

    Raises UnknownMessageError.
    """
    try:
        match parsed(body):
            case {"post_to": values}:
                return _made(PostTo, values)
            case {"version": int(), "event": str(), "store": str(), "texts": {"email": str(email)}} as alert:
                if email.count("\n\n") > 1 and isinstance(alert["link"], str) and _lists(alert):
                    return dict(alert)
    except _WRONG as error:
        raise _unknown(body) from error
    raise _unknown(body)


def _made(kind: type[_M], values: Any) -> _M:
    """Return a message made of its fields. Raises ValueError or TypeError if they are none of such a message.

    What is tried again for hours must not be something that can never be done: a key that DynamoDB does not take, an
    upload that S3 cannot have announced.
    """
    message: _M = made_of(kind, values)
    match message:
        case Recount(name) | Publish(name) | LookAhead(name) | SendDigest(name) | PostTo(name) | Recheck(name):
            _check_key(name, _LONGEST_KEY)
        case LoadAgain(event) | LoadPart(event):
            _event(event)
    if isinstance(message, Publish) and not is_token_of_changes(message.token):
        raise ValueError(f"{message.token!r} is no token")
    if isinstance(message, Recheck):
        for item in message.items:
            _check_key(item, _LONGEST_SORT_KEY)
    return message


def _lists(alert: dict[str, Any]) -> bool:
    """Whether an alert lists what it is about. It has groups since there are any."""
    return isinstance(alert["items"], list) and isinstance(alert.get("groups", []), list)


def _check_key(name: str, longest: int) -> None:
    if not 0 < len(name.encode()) <= longest:
        raise ValueError(f"{name[:100]!r} is no key")


def _event(record: Record) -> Record:
    """Return a record that may be S3's. Raises what reading it raises, if it is none."""
    found, sender = record["s3"]["object"], record.get("userIdentity", {}).get("principalId", "")
    texts = (record["s3"]["bucket"]["name"], found["key"], found.get("versionId", ""), sender)
    if not all(isinstance(text, str) for text in texts) or int(found.get("size", 0)) < 0:
        raise TypeError("This is no record of S3")
    if not is_order_token(order_token(record)):
        raise ValueError("S3 sends no such time or sequencer")
    return record


def _body(kind: str, message: Any) -> str:
    return json.dumps({kind: asdict(message)}, separators=(",", ":"))


def _unknown(body: str) -> UnknownMessageError:
    return UnknownMessageError(f"This is no message of onhand: {body[:200]!r}")
