"""What one seat may see: the room for its page, and each event with the private parts taken out."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from conversation.events import Event
from conversation.room import can
from conversation.state import NEW, WAITING, Mark, Room

PRIVATE = frozenset({"tick", "reflect"})

_but_seq = attrgetter(*(one.name for one in fields(Room) if one.name != "seq"))


def view(room: Room, seat: str) -> dict[str, Any]:
    """Return all that the page of `seat` shows of the room, ready for JSON (docs/protocol.md)."""
    return {
        "seq": room.seq,
        "seat": seat,
        "status": WAITING if room.status == NEW else room.status,
        "step": room.step,
        "since": _time(room.since),
        "minutes": room.minutes,
        "ready": sorted(room.ready),
        "present": sorted(room.present),
        "paused": _mark(room.paused, "by", "at"),
        "pause_word": room.pause_word,
        "help": sorted(room.help),
        "shown": sorted(room.shown),
        "read_from": room.read_from,
        "facilitator": room.facilitator,
        "claimed": room.claimed,
        "activity": room.activity.show(seat),
        "difference": [dict(item) for item in room.difference] if _revealed(room) else None,
        "overlap": None if room.overlap is None else list(room.overlap),
        "overlap_step": room.overlap_step,
        "commitment": None
        if room.commitment is None
        else dict(zip("ab", room.commitment, strict=True)),
        "again": room.again,
        "closed": _mark(room.closed, "why", "by", "at"),
        "can": can(room, seat),
    }


def changes(before: Room, after: Room, seat: str) -> dict[str, Any]:
    """Return the keys of the view that differ between two states of a room, with their values."""
    if unchanged(before, after):
        return {"seq": after.seq}
    old, new = view(before, seat), view(after, seat)
    return {key: value for key, value in new.items() if old[key] != value}


def unchanged(before: Room, after: Room) -> bool:
    """Return whether an event only took its place in the log, as most messages do."""
    return bool(_but_seq(before) == _but_seq(after))


def seen(event: Event, seat: str) -> Event:
    """Return `event` as `seat` may see it: same place in the log, without what is private."""
    mine = event.actor == seat
    if event.type == "opened":
        return event._replace(data={"pause_word": event.data["pause_word"]})
    if event.type == "note" and event.data["to"] != seat:
        return event._replace(type="hidden", data={})
    if event.type == "report":
        # To the other it looks like the leaving that it also is.
        return event._replace(data={}) if mine else event._replace(type="leave", data={})
    if event.type in PRIVATE and not mine:
        return event._replace(data={})
    return event


def _revealed(room: Room) -> bool:
    reached = room.guide.steps[: room.step + 1]
    return room.since is not None and any(step.activity == "reveal" for step in reached)


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _mark(mark: Mark | None, *keys: str) -> Mapping[str, Any] | None:
    if mark is None:
        return None
    every = {"by": mark.by, "why": mark.why, "at": mark.at.isoformat()}
    return {key: every[key] for key in keys}
