"""A round before it is published: what the matcher found, and what is told to those who wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

import matcher.round
import models
from matcher.explain import Unmatched
from services.pairing.pools import Pool

TAKEN = {"reason": "taken", "change": "", "what": "", "partners": 0}


@dataclass(frozen=True, slots=True)
class Draft:
    """What the matcher found, before it is published; with `seekers`, for them alone."""

    done: matcher.round.Round
    seed: int
    at: datetime
    seekers: frozenset[int] | None = None

    def looks_for(self, *people: int) -> bool:
        """Whether the round was run for one of these participants."""
        return self.seekers is None or bool(self.seekers.intersection(people))


@dataclass(frozen=True, slots=True)
class Proposed:
    """One pair of a round: two participants' ids, the smaller first, and what was said of them."""

    first: int
    second: int
    said: matcher.round.Pair


def proposed(pool: Pool, draft: Draft) -> list[Proposed]:
    """Return the pairs of a draft by participants' ids, those it was run for."""
    people, found = pool.people, []
    for said in draft.done.described():
        first, second = sorted((people[said.a], people[said.b]))
        if draft.looks_for(first, second):
            found.append(Proposed(first, second, said))
    return found


def note_looked_for(session: Session, programme: models.Programme, at: datetime) -> None:
    """Note that whoever had come back by then was looked for."""
    person = models.Participant
    session.execute(
        update(person)
        .where(person.programme_id == programme.id, person.returned_at <= at)
        .values(returned_at=None)
    )


def report(pool: Pool, draft: Draft, kept: Sequence[Proposed]) -> dict[str, Any]:
    """Return the matcher's report, and by participant id why somebody waits and what would help.

    `waiting` has reason, change, what and partners as the matcher says them; a pair that fell
    through while the round ran leaves its two with the reason `taken`.
    """
    paired = {person for one in kept for person in (one.first, one.second)}
    people, left = pool.people, draft.done.unmatched
    told = left_over(people, left)
    missing = [one for one in people if one not in paired and draft.looks_for(one)]
    waiting = {str(one): told.get(one, TAKEN) for one in missing}
    return {**draft.done.report(), "proposed": len(kept), "waiting": waiting}


def left_over(people: Sequence[int], left: Unmatched) -> dict[int, dict[str, Any]]:
    """Return by participant's id why somebody is left over: reason, change, what, partners."""
    return {
        people[int(row)]: {
            "reason": str(why),
            "change": str(change),
            "what": str(what),
            "partners": int(n),
        }
        for row, why, change, what, n in zip(*left, strict=True)
    }
