"""What the server says in a room, in JSON Schema: every message, every key.

docs/protocol.md and docs/protocol.schema.json are made from this and from `events`; tests hold
what a room really says against it.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from conversation.events import FACILITATOR, MACHINE, PARTICIPANT, SEATS, STAFF, SYSTEM
from conversation.fields import to_shape
from conversation.guide import ACTIVITIES as KINDS
from conversation.guide import NAMES

Shape: TypeAlias = Mapping[str, Any]

TEXT: Final[Shape] = {"type": "string"}
COUNT: Final[Shape] = {"type": "integer", "minimum": 0}
FLAG: Final[Shape] = {"type": "boolean"}
TIME: Final[Shape] = {"type": "string", "format": "date-time"}
SEAT: Final[Shape] = {"enum": list(SEATS)}
ACTOR: Final[Shape] = {"enum": [*SEATS, FACILITATOR, SYSTEM]}
HERE: Final[Shape] = {"enum": ["here", "away"]}


def keys(**shapes: Shape) -> dict[str, Any]:
    """Return the shape of an object with these keys and no others."""
    return {
        "type": "object",
        "properties": shapes,
        "required": list(shapes),
        "additionalProperties": False,
    }


def lacking(shape: Shape, *may_be_absent: str) -> dict[str, Any]:
    """Return *shape* for objects that need not have some of its keys."""
    needed = [key for key in shape["required"] if key not in may_be_absent]
    return {**shape, "required": needed}


def listed(shape: Shape) -> dict[str, Any]:
    """Return the shape of a list."""
    return {"type": "array", "items": shape}


def maybe(shape: Shape) -> dict[str, Any]:
    """Return the shape of something that may be null."""
    return {"anyOf": [shape, {"type": "null"}]}


NOTHING: Final = keys()

_ACTS: Final = {
    kind: to_shape(schema)
    for schemas in (MACHINE, STAFF, PARTICIPANT)
    for kind, schema in schemas.items()
}
# An event's data is that of its act, but for these.
EVENTS: Final[Mapping[str, Shape]] = _ACTS | {
    "opened": keys(pause_word=TEXT),
    "hidden": NOTHING,
    "report": NOTHING,
    "tick": {"anyOf": [_ACTS["tick"], NOTHING]},
    "reflect": {"anyOf": [_ACTS["reflect"], NOTHING]},
    "end": {"anyOf": [NOTHING, to_shape(STAFF["end"])]},
    **{
        kind: {"anyOf": [to_shape(PARTICIPANT[kind]), to_shape(STAFF[kind])]}
        for kind in PARTICIPANT
        if kind in STAFF
    },
}
EFFECTS: Final[Mapping[str, Shape]] = {
    "began": NOTHING,
    "moved": keys(step=COUNT),
    "swapped": keys(teller=SEAT),
    "turn": keys(turn=SEAT, prompt=COUNT),
    "overlap": keys(values=listed(COUNT)),
    "committed": NOTHING,
    "again": NOTHING,
    "paused": keys(by=ACTOR),
    "resumed": NOTHING,
    "closed": keys(why={"enum": ["finished", "left", "ended"]}, by=ACTOR),
}

_TELLING: Final = {
    "teller": SEAT,
    "told": FLAG,
    "waiting": maybe(COUNT),
    "confirmed": listed(SEAT),
    "tries": COUNT,
}
ACTIVITIES: Final[Mapping[str, Mapping[str, Shape]]] = {
    "together": {"written": listed(SEAT)},
    "say_back": _TELLING,
    "reveal": _TELLING,
    "alternate": {"prompt": COUNT, "turn": SEAT, "passed": COUNT},
    "tick": {"ticked": listed(SEAT), "mine": maybe(listed(COUNT))},
    "sign": {
        "parts": keys(a=maybe(TEXT), b=maybe(TEXT)),
        "latest": maybe(COUNT),
        "signed": listed(SEAT),
    },
    "reflect": {"done": listed(SEAT), "mine": maybe(keys(line=TEXT, again=FLAG))},
}
ROOM: Final[Mapping[str, Shape]] = {
    "seq": COUNT,
    "seat": SEAT,
    "status": {"enum": ["waiting", "talking", "paused", "closed"]},
    "step": COUNT,
    "since": maybe(TIME),
    "minutes": COUNT,
    "ready": listed(SEAT),
    "present": listed(SEAT),
    "paused": maybe(keys(by=ACTOR, at=TIME)),
    "pause_word": TEXT,
    "help": listed(SEAT),
    "shown": listed(SEAT),
    "read_from": maybe(COUNT),
    "facilitator": maybe(TEXT),
    "claimed": maybe(TEXT),
    "activity": {"anyOf": [keys(kind={"const": k}, **more) for k, more in ACTIVITIES.items()]},
    "difference": maybe(listed(keys(text=TEXT, a=COUNT, b=COUNT))),
    "overlap": maybe(listed(COUNT)),
    "overlap_step": maybe(COUNT),
    "commitment": maybe(keys(a=TEXT, b=TEXT)),
    "again": FLAG,
    "closed": maybe(keys(why=EFFECTS["closed"]["properties"]["why"], by=ACTOR, at=TIME)),
    "can": listed({"enum": list(PARTICIPANT)}),
}
GUIDE: Final = keys(
    digest=TEXT,
    slug=TEXT,
    language=TEXT,
    title=TEXT,
    minutes=COUNT,
    steps=listed(
        keys(
            name={"enum": list(NAMES)},
            title=TEXT,
            purpose=TEXT,
            minutes=COUNT,
            activity={"enum": list(KINDS)},
            prompts=listed(TEXT),
        )
    ),
)


CAUSED: Final = listed(
    {"anyOf": [keys(type={"const": name}, data=shape) for name, shape in EFFECTS.items()]}
)
CHANGED: Final = lacking(keys(**ROOM), *ROOM)


def event(kind: str, data: Shape, effects: Shape = CAUSED, room: Shape = CHANGED) -> dict[str, Any]:
    """Return the shape of one event; `room` has the keys that it changed."""
    of_kind = {"const": kind}
    shape = keys(
        seq=COUNT,
        at=TIME,
        type=of_kind,
        actor=ACTOR,
        data=data,
        effects=effects,
        room=room,
        id=TEXT,
    )
    return lacking(shape, "room", "id")


ERRORS: Final[Mapping[str, str]] = {
    "unknown_type": "there is no such act",
    "unknown_key": "the act has a key that it may not have",
    "missing_key": "the act lacks a key",
    "wrong_type": "a value is of another type than it must be",
    "empty": "a text is empty",
    "too_long": "a text or list is too long",
    "unknown_value": "a value is none of those allowed",
    "not_now": "the room does not allow it now",
    "not_your_turn": "the other has the turn",
    "closed": "the conversation has ended",
    "stale": "what you answer or sign is not the newest; look at it and answer again",
    "conflict": "the `id` was used for another act",
    "rate": "too many in a minute; nothing is lost: send the same act again in a while",
    "unavailable": "not stored, nothing is known to be wrong with it: send the same act again",
    "signed_out": "you are not signed in any more, or may not act; the connection ends",
    "lapsed": "cancelled, missed, or closed after hours without a word; the connection ends",
    "not_found": "there is no such conversation, or it is not yours",
}
ACK: Final[Shape] = {
    "anyOf": [
        lacking(keys(ok={"const": True}, seq=COUNT, at=TIME), "seq", "at"),
        keys(ok={"const": False}, error=keys(code={"enum": list(ERRORS)}, message=TEXT)),
    ]
}
MESSAGES: Final[Mapping[str, Shape]] = {
    "state": keys(seq=COUNT, room=keys(**ROOM), guide=GUIDE, names=keys(a=TEXT, b=TEXT)),
    "event": {"anyOf": [event(kind, data) for kind, data in EVENTS.items()]},
    "presence": keys(a=HERE, b=HERE),
    "typing": keys(seat=SEAT, on=FLAG),
    "closed": keys(code={"enum": list(ERRORS)}),
}
