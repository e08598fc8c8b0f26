"""What is made from the code: parts of docs/protocol.md, all of docs/protocol.schema.json."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from conversation import told
from conversation.events import MACHINE, PARTICIPANT, STAFF
from conversation.fields import Schema, to_shape
from conversation.room import TABLE
from conversation.told import Shape

BRIEF = ("presence", "typing")
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def page(text: str) -> str:
    """Return the page *text* with what stands between its marks made anew."""
    for name, make in PARTS.items():
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}\n{make()}\n{end}{after}"
    return text


def schema() -> dict[str, Any]:
    """Return the whole protocol as one JSON Schema: `$defs` has each act, answer and message."""
    acts = {
        f"act.{kind}": told.keys(
            id={"type": "string", "format": "uuid"}, type={"const": kind}, data=to_shape(fields)
        )
        for kind, fields in PARTICIPANT.items()
    }
    refer = {key: {"$ref": f"#/$defs/{key}"} for key in ("effects", "room")}
    events = {
        f"event.{kind}": told.event(kind, data, **refer) for kind, data in told.EVENTS.items()
    }
    said = {**told.MESSAGES, "event": {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in events]}}
    shared = {"effects": told.CAUSED, "room": told.CHANGED}
    return {"$schema": DRAFT, "$defs": {**acts, "ack": told.ACK, **said, **shared, **events}}


def table(by: str, schemas: Mapping[str, Schema]) -> str:
    """Return the Markdown table of the acts of one role."""
    rows = [
        (f"`{kind}`", _fields(fields), ", ".join(_statuses(by, kind)))
        for kind, fields in schemas.items()
    ]
    return _table(("type", "data", "while the room is"), rows)


def words(shape: Shape) -> str:
    """Return *shape* in words short enough for a table."""
    if "anyOf" in shape:
        found = [words(one) for one in shape["anyOf"]]
        return " or ".join(dict.fromkeys(found))
    if "enum" in shape:
        return " / ".join(f"`{one}`" for one in shape["enum"])
    if "const" in shape:
        return f"`{shape['const']}`"
    return KINDS[shape["type"]](shape)


def _object(shape: Shape) -> str:
    parts = [
        f"`{key}`{'' if key in shape['required'] else ' (may be absent)'}: {words(one)}"
        for key, one in shape["properties"].items()
    ]
    return f"{{{'; '.join(parts)}}}" if parts else "nothing"


KINDS: Mapping[str, Callable[[Shape], str]] = {
    "string": lambda shape: "time" if shape.get("format") == "date-time" else "text",
    "integer": lambda _shape: "whole number",
    "boolean": lambda _shape: "true or false",
    "null": lambda _shape: "null",
    "array": lambda shape: f"list of {words(shape['items'])}",
    "object": _object,
}


def _keyed(head: str, shapes: Mapping[str, Shape]) -> str:
    return _table((head, "is"), [(f"`{key}`", words(shape)) for key, shape in shapes.items()])


def _data(head: str, shapes: Mapping[str, Shape]) -> str:
    rows = [(f"`{kind}`", words(shape)) for kind, shape in shapes.items()]
    return _table((head, "data"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines).replace("| --- ", "|---")


def _fields(fields: Schema) -> str:
    keys = [
        f"`{key}`{' (may be absent)' if field.optional else ''}: {field.says}"
        for key, field in fields.items()
    ]
    return "; ".join(keys) or "none"


def _statuses(by: str, kind: str) -> list[str]:
    rows = [row for row in TABLE if row.by == by and kind in row.kinds.split()]
    return list(dict.fromkeys(at for row in rows for at in row.at.split()))


PARTS: Mapping[str, Callable[[], str]] = {
    "pair": lambda: table("pair", PARTICIPANT),
    "errors": lambda: _table(("code", "means"), [(f"`{c}`", m) for c, m in told.ERRORS.items()]),
    "messages": lambda: _keyed("message", {k: v for k, v in told.MESSAGES.items() if k in BRIEF}),
    "events": lambda: _data("event", told.EVENTS),
    "effects": lambda: _data("effect", told.EFFECTS),
    "facilitator": lambda: table("facilitator", STAFF),
    "system": lambda: table("system", MACHINE),
    "room": lambda: _keyed("key", {k: v for k, v in told.ROOM.items() if k != "activity"}),
    "activities": lambda: _table(
        ("kind", "keys"),
        [(f"`{kind}`", _object(told.keys(**more))) for kind, more in told.ACTIVITIES.items()],
    ),
    "guide": lambda: _keyed("key", told.GUIDE["properties"]),
}
