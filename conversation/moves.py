"""What each kind of event does to a room; `room.py` says who may do it, and when."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from conversation.activities import start
from conversation.events import SEATS, SYSTEM, Effect, Event
from conversation.fields import Refused
from conversation.keepsakes import Reflect, Tick
from conversation.signing import Sign
from conversation.state import CLOSED, PAUSED, TALKING, WAITING, Mark, Room

REFLECT_LIMIT = timedelta(minutes=5)

Stepped: TypeAlias = tuple[Room, tuple[Effect, ...]]


def opened(room: Room, event: Event) -> Stepped:
    """Open the room, with its pause word and what the difference card will say."""
    word, card = event.data["pause_word"], tuple(event.data["difference"])
    return replace(room, status=WAITING, pause_word=word, difference=card), ()


def returned(room: Room, event: Event) -> Stepped:
    """Note who is here; the first time both are, the clock begins."""
    if event.data["seat"] in room.present:
        raise Refused("not_now", "This seat is here already.")
    room = replace(room, present=room.present | {event.data["seat"]})
    if room.status == WAITING and len(room.present) == len(SEATS):
        return replace(room, status=TALKING, since=event.at), (Effect("began", {}),)
    return room, ()


def dropped(room: Room, event: Event) -> Stepped:
    """Note who is away; who is away is not ready."""
    gone = {event.data["seat"]}
    if not gone & room.present:
        raise Refused("not_now", "This seat is away already.")
    return replace(room, present=room.present - gone, ready=room.ready - gone), ()


def heard(room: Room, event: Event) -> Stepped:
    """Change nothing: the words are in the log."""
    return room, ()


def said(room: Room, event: Event) -> Stepped:
    """Take a free line; the pause word in it pauses the room."""
    if holds_word(event.data["text"], room.pause_word):
        return paused(room, event)
    if event.type in room.activity.open_to(event.actor):
        return acted(room, event)
    return room, ()


def acted(room: Room, event: Event) -> Stepped:
    """Play an act of the step's activity, and move on when that is done."""
    activity, effects = room.activity.play(event)
    if activity is not room.activity:
        room = replace(room, activity=activity)
    if not activity.done:
        return room, effects
    room, moved = _advance(room, event.at)
    return room, effects + moved


def ready(room: Room, event: Event) -> Stepped:
    """Note who is ready, and move on when both are."""
    room = replace(room, ready=room.ready | {event.actor})
    return _advance(room, event.at) if len(room.ready) == len(SEATS) else (room, ())


def unready(room: Room, event: Event) -> Stepped:
    """Take readiness back."""
    return replace(room, ready=room.ready - {event.actor}), ()


def paused(room: Room, event: Event) -> Stepped:
    """Stop everything."""
    mark = Mark(event.actor, event.at)
    return replace(room, status=PAUSED, paused=mark), (Effect("paused", {"by": event.actor}),)


def resumed(room: Room, event: Event) -> Stepped:
    """Go on; the time the room stood does not count."""
    paused_at = room.paused.at if room.paused else event.at
    since = room.since or event.at
    since += event.at - max(paused_at, since)
    room = replace(room, status=TALKING, paused=None, since=since)
    return room, (Effect("resumed", {}),)


def extended(room: Room, event: Event) -> Stepped:
    """Add to the advice of this step."""
    return replace(room, minutes=room.minutes + event.data["minutes"]), ()


def asked(room: Room, event: Event) -> Stepped:
    """Note who asked for a facilitator, and whether the words may be read."""
    room = replace(room, help=room.help | {event.actor})
    return allowed(room, event) if event.data["show"] else (room, ())


def allowed(room: Room, event: Event) -> Stepped:
    """Note who lets a facilitator read: only what is written once both do, until one does not."""
    mine = {event.actor}
    shown = room.shown | mine if event.data["show"] else room.shown - mine
    both = len(shown) == len(SEATS)
    read_from = (room.read_from or event.seq) if both else None
    return replace(room, shown=shown, read_from=read_from), ()


def looked(room: Room, event: Event) -> Stepped:
    """Note that the facilitator who joined reads, which both have agreed to."""
    if room.read_from is None or room.facilitator != event.data["by"]:
        raise Refused("not_now", "Join first. Both people have to agree before you read.")
    return room, ()


def claimed(room: Room, event: Event) -> Stepped:
    """Note which facilitator looks after the room."""
    if room.claimed is not None:
        raise Refused("not_now", f"{room.claimed} looks after this room already.")
    return replace(room, claimed=event.data["by"]), ()


def released(room: Room, event: Event) -> Stepped:
    """Let the room go, for somebody else to look after."""
    if room.claimed != event.data["by"]:
        raise Refused("not_now", "Somebody else looks after this room.")
    return replace(room, claimed=None), ()


def joined(room: Room, event: Event) -> Stepped:
    """Announce the facilitator; a yes to read was given to the one who was there before."""
    by = event.data["by"]
    if room.facilitator not in (None, by):
        room = replace(room, shown=frozenset(), read_from=None)
    return replace(room, facilitator=by), ()


def moved(room: Room, event: Event) -> Stepped:
    """Move on, because a facilitator said so."""
    return _advance(room, event.at)


def timed_out(room: Room, event: Event) -> Stepped:
    """Move on from a reflection that lasted its limit."""
    due = room.since is not None and event.at - room.since >= REFLECT_LIMIT
    if not (due and isinstance(room.activity, Reflect)):
        raise Refused("not_now", "Only a reflection that has lasted five minutes times out.")
    return _advance(room, event.at)


def left(room: Room, event: Event) -> Stepped:
    """Close the room: one has left, no reason owed."""
    return _close(room, Mark(event.actor, event.at, "left"))


def ended(room: Room, event: Event) -> Stepped:
    """Close the room: a facilitator ended it, or the system because one of the two blocked."""
    return _close(room, Mark(event.actor, event.at, "ended"))


def _advance(room: Room, at: datetime) -> Stepped:
    room = _kept(room)
    number = room.step + 1
    if number == len(room.guide.steps):
        return _close(room, Mark(SYSTEM, at, "finished"))
    following = room.guide.steps[number]
    room = replace(
        room,
        step=number,
        since=at,
        minutes=following.minutes,
        activity=start(following, number),
        ready=frozenset(),
    )
    return room, (Effect("moved", {"step": number}),)


def _kept(room: Room) -> Room:
    """Return the room with what outlives its step: the overlap, a commitment, "again"."""
    match room.activity:
        case Tick(done=True) as tick:
            return replace(room, overlap=tick.overlap, overlap_step=room.step)
        case Sign(done=True, a=str(first), b=str(second)):
            return replace(room, commitment=(first, second))
        case Reflect(again=True):
            return replace(room, again=True)
        case _:
            return room


def _close(room: Room, mark: Mark) -> Stepped:
    room = replace(room, status=CLOSED, closed=mark, paused=None, ready=frozenset())
    return room, (Effect("closed", {"why": mark.why, "by": mark.by}),)


def holds_word(text: str, word: str) -> bool:
    """Return whether `text` holds `word` as a word of its own, in any case."""
    folded, wanted = text.casefold(), word.strip().casefold()
    if not wanted or wanted not in folded:
        return False
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", folded) is not None
