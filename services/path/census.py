"""Where everybody stands now: one state each, counted, so that nobody is lost unseen."""

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from models import Account, Participant, Pledge, Programme
from services.path import PLACES, Moment, State


def state(moment: Moment) -> ColumnElement[str]:
    """Return the state of a participant joined with its account (a column)."""
    held = [one for one in PLACES.values() if one.holder == "participant"]
    return case(*((one.condition(moment), one.state.value) for one in held))


def count(session: Session, programme: Programme, moment: Moment) -> dict[State, int]:
    """Return how many participants of *programme* are in each state at *moment*.

    Asked state by state: from what a state is about to its people, not for everybody whether they
    are in it, which takes a look at every conversation for every participant.
    """
    counted, seen = dict[State, int](), set[int]()
    for place in PLACES.values():
        if place.holder == "participant":
            wanted = place.people(moment).where(Participant.programme_id == programme.id)
            here = set(session.scalars(wanted))
            counted[place.state] = len(here - seen)
            seen |= here
    return counted


def arriving(session: Session, moment: Moment) -> dict[State, int]:
    """Return how many people are in each state before a programme: of all programmes together."""
    tables = {"account": Account, "pledge": Pledge}
    return {
        one.state: session.scalar(
            select(func.count()).select_from(tables[one.holder]).where(one.condition(moment))
        )
        or 0
        for one in PLACES.values()
        if one.holder in tables
    }
