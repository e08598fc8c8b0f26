"""Turns a posted question into an answer the profile keeps."""

from collections.abc import Callable

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from models import Participant
from services.pairing import slots
from services.people import profiles
from services.people.profiles import Answered, BadAnswer, Question, Week
from web.context import now

Posted = MultiDict[str, str]


def save(session: Session, person: Participant, question: Question, posted: Posted) -> None:
    """Keep what was posted for *question*; raise BadAnswer."""
    if posted.get("skip"):
        profiles.skip(session, person, question, now())
        return
    KINDS.get(question.kind, _item)(session, person, question, posted)


def _item(session: Session, person: Participant, question: Question, posted: Posted) -> None:
    item = question.item
    assert item is not None  # noqa: S101 - every other kind has its own function
    given = posted.get("answer", "")
    if not given:
        raise BadAnswer("required")
    answered = Answered(choice=given) if item.options else _number(given, posted.get("weight"))
    profiles.save_item(session, person, item, answered, now())


def _number(given: str, weight: str | None) -> Answered:
    try:
        return Answered(value=float(given), importance=int(weight) if weight else None)
    except ValueError:
        raise BadAnswer("unknown") from None


def _name(session: Session, person: Participant, _question: Question, posted: Posted) -> None:
    profiles.save_name(session, person, posted.get("answer", ""), now())


def _languages(session: Session, person: Participant, _question: Question, posted: Posted) -> None:
    profiles.save_languages(session, person, posted.getlist("answer"), now())


def _topics(session: Session, person: Participant, _question: Question, posted: Posted) -> None:
    profiles.save_topics(session, person, posted.getlist("answer"), now())


def _times(session: Session, person: Participant, _question: Question, posted: Posted) -> None:
    zone = posted.get("zone", "")
    if zone not in slots.zones():
        raise BadAnswer("unknown")
    try:
        hours = frozenset(_hour(mark) for mark in posted.getlist("answer"))
        capacity = int(posted.get("capacity", "1"))
    except ValueError:
        raise BadAnswer("unknown") from None
    profiles.save_times(session, person, Week(hours, zone, capacity), now())


def _hour(mark: str) -> slots.Marked:
    day, hour = mark.split("-")
    return int(day), int(hour)


KINDS: dict[str, Callable[[Session, Participant, Question, Posted], None]] = {
    "name": _name,
    "languages": _languages,
    "topics": _topics,
    "times": _times,
}
