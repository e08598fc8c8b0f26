"""What came of what facilitators did: the sign they acted upon, and when it went away."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from conversation import health, signals
from conversation.events import Event
from conversation.health import Health, Try
from conversation.signals import RULES
from conversation.signs import minutes_of
from conversation.state import Room

_RULES: Final = {rule.name: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try did, as of a moment.

    `words` is how many the pair has written since; `sign` the name of the weightiest sign that
    stood when it was done, None where all was calm. `gone_after` is in whole minutes from then,
    None where the sign never went; `stands` says whether it stands now, still or again.
    """

    tried: Try
    words: int
    sign: str | None
    gone_after: int | None
    stands: bool


def note(counts: Health, event: Event, before: Room, after: Room) -> Health:
    """Return `health.note` of an event, with what it says of the signs acted upon.

    A try is given the weightiest sign of the moment before it. That sign goes by an event, or as
    messages grow old. Where nothing was tried this costs nothing.
    """
    noted = health.note(counts, event, before, after)
    if not noted.tried:
        return noted
    tried = tuple(_aged(one, before, counts, event.at) for one in counts.tried)
    if len(noted.tried) > len(tried):
        found = signals.signals(before, counts, event.at)
        tried = (*tried, replace(noted.tried[-1], sign=found[0].name if found else None))
    tried = tuple(
        replace(one, gone_at=event.at) if _has_gone(one, after, noted, event.at) else one
        for one in tried
    )
    return noted if tried == noted.tried else replace(noted, tried=tried)


def outcomes(room: Room, counts: Health, now: datetime) -> tuple[Outcome, ...]:
    """Return what came of each thing that was tried, the oldest first, as of `now`."""
    return tuple(_outcome(one, room, counts, now) for one in counts.tried)


def _outcome(tried: Try, room: Room, counts: Health, now: datetime) -> Outcome:
    gone_at = _aged(tried, room, counts, now).gone_at
    after = None if gone_at is None else minutes_of(gone_at - tried.at)
    stands = tried.sign is not None and _stands(tried.sign, room, counts, now)
    words = counts.a.words + counts.b.words - tried.words
    return Outcome(tried, words, tried.sign, after, stands)


def _aged(tried: Try, room: Room, counts: Health, now: datetime) -> Try:
    """Return a try with when its sign went since the last event, as messages grew old."""
    if tried.sign is None or not _has_gone(tried, room, counts, now):
        return tried
    at = max(tried.at, counts.last_at or tried.at)
    while at < now and _stands(tried.sign, room, counts, at):
        at = signals.next_look(room, counts, at) or now
    return replace(tried, gone_at=min(at, now))


def _has_gone(tried: Try, room: Room, counts: Health, now: datetime) -> bool:
    if tried.sign is None or tried.gone_at is not None:
        return False
    return not _stands(tried.sign, room, counts, now)


def _stands(sign: str, room: Room, counts: Health, now: datetime) -> bool:
    rule = _RULES[sign]
    found = rule.find(room, counts, now)
    return found is not None and found[0] >= rule.soon
