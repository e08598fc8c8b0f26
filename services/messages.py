"""What the server says to the page of one seat: the shapes of docs/protocol.md."""

from typing import Any

from conversation.guide import to_json
from conversation.state import Room
from conversation.view import changes, seen, view
from services.rooms import Entry, Live


def state(live: Live, seat: str) -> dict[str, Any]:
    """Return the folded room, the guide and the names, for a page that has just connected."""
    return {
        "seq": live.room.seq,
        "room": view(live.room, seat),
        "guide": to_json(live.room.guide),
        "names": live.names,
    }


def event(entry: Entry, seat: str, change: tuple[Room, Room] | None = None) -> dict[str, Any]:
    """Return one committed event as *seat* may see it.

    *change* is the room before and after; without it (catching up) the message has no `room`.
    """
    shown = seen(entry.event, seat)
    message: dict[str, Any] = {
        "seq": shown.seq,
        "at": shown.at.isoformat(),
        "type": shown.type,
        "actor": shown.actor,
        "data": shown.data,
        "effects": [{"type": one.type, "data": one.data} for one in entry.effects],
    }
    if change is not None:
        message["room"] = changes(*change, seat)
    if entry.act_id is not None and entry.event.actor == seat:
        message["id"] = entry.act_id
    return message
