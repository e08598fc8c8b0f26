"""What the server says to the page of one seat: the shapes of docs/protocol.md."""

from typing import Any

import orjson

from conversation.events import SEATS
from conversation.guide import to_json
from conversation.health import WRITTEN
from conversation.state import Room
from conversation.view import changes, seen, view
from services.conversations.rooms import Entry, Live, Pending


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


def spoken(pending: Pending) -> dict[str, bytes]:
    """Return the JSON of a committed event for each seat, encoded once where both see the same."""
    entry, before, after = pending.entry, pending.before, pending.after
    plain = not entry.effects and entry.event.type in WRITTEN
    if not plain or before.activity is not after.activity:  # words change nothing else
        change = before, after
        return {str(seat): orjson.dumps(event(entry, seat, change)) for seat in SEATS}
    said = orjson.dumps(
        {
            "seq": entry.event.seq,
            "at": entry.event.at,
            "type": entry.event.type,
            "actor": entry.event.actor,
            "data": entry.event.data,
            "effects": [],
            "room": {"seq": entry.event.seq},
        }
    )
    both: dict[str, bytes] = dict.fromkeys(SEATS, said)
    if entry.act_id is not None and entry.event.actor in both:
        both[entry.event.actor] = b'%s,"id":"%s"}' % (said[:-1], entry.act_id.encode())
    return both
