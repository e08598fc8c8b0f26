"""A round: match a programme's pool, then publish the pairs with their invitations.

The pool is read in one transaction and the pairs are published in another; none is held while the
matcher works. What changed in between is looked at again before anything is proposed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

import matcher
import matcher.policy
import matcher.round
import models
from matcher.cohort import Cohort
from matcher.policy import Policy
from models import engine
from services import audit, enrolment, notices, pools, programmes
from services.config import Config
from services.pools import Pool

Sessions = Callable[[], Session]
Pairing = Callable[[Cohort, Policy, NDArray[np.int64], int], matcher.round.Round]

TAKEN = {"reason": "taken", "change": "", "what": "", "partners": 0}


class NotOpen(ValueError):
    """The programme has not begun or is closed; the message names those that are open."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the matcher found, before it is published."""

    done: matcher.round.Round
    seed: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposed:
    """One pair of a round: two participants' ids, the smaller first, and what was said of them."""

    first: int
    second: int
    said: matcher.round.Pair


def run_now(
    sessions: Sessions,
    slug: str,
    config: Config,
    now: datetime,
    seed: int,
    *,
    pairing: Pairing | None = None,
    turn: Callable[[Session], bool] | None = None,
) -> str:
    """Match the pool of the programme *slug* and send invitations; return what happened in words.

    *pairing* runs the matcher, by default here and now; *turn* takes a turn as the round is
    published. Commits. Raises `programmes.NoSuchProgramme`, NotOpen, or the matcher's BadInput for
    a policy its questionnaire cannot meet; then, or without a turn, nothing was proposed.
    """
    with sessions() as session:
        programme = _programme(session, slug, now)
        policy = matcher.policy.from_mapping(programme.policy, f"programme {slug}: policy")
        pool = pools.load(session, programme, now, config.matching.horizon_days)
    draft = Draft((pairing or matcher.pair)(pool.cohort, policy, pool.exclusions, seed), seed, now)
    with sessions() as session:
        engine.write_lock(session)
        wanted = select(models.Programme).where(models.Programme.slug == slug)
        programme = session.scalars(wanted.with_for_update(key_share=True)).one()
        if turn is not None and not turn(session):
            return f"{programme.title}: another scheduler has run this round."
        pairs = _publish(session, programme, pool, draft)
        _invite(session, pairs, config, now)
        said = _say(programme.title, pool, pairs)
        session.commit()
    return said


def _programme(session: Session, slug: str, now: datetime) -> models.Programme:
    programme, open_now = programmes.find(session, slug), enrolment.open_programmes(session, now)
    if programme not in open_now:
        there = ", ".join(one.slug for one in open_now) or "none"
        raise NotOpen(f"The programme {slug!r} is not open; no round was run. Open ones: {there}.")
    return programme


def _publish(
    session: Session, programme: models.Programme, pool: Pool, draft: Draft
) -> list[models.Pair]:
    """Store the round with every pair that still holds; return the pairs."""
    free = _still_free(session, programme, pool, draft)
    kept = _exclude(session, programme, free, draft.at)
    made = models.Round(
        programme_id=programme.id,
        at=draft.at,
        seed=draft.seed,
        policy=draft.done.policy.to_dict(),
        report=_report(pool, draft.done, kept),
    )
    session.add(made)
    session.flush()
    pairs = [_pair(made, one) for one in kept]
    session.add_all(pairs)
    session.flush()
    audit.record(
        session,
        now=draft.at,
        actor="system",
        action="round.publish",
        subject=f"round:{made.id}",
        people=len(pool.cohort),
        pairs=len(pairs),
    )
    return pairs


def _still_free(
    session: Session, programme: models.Programme, pool: Pool, draft: Draft
) -> list[Proposed]:
    """Return the pairs whose two can still be paired now that the round is published."""
    people, places = pool.people, pools.places(session, programme, draft.at)
    met = _met(session, programme)
    free = []
    for said in draft.done.described():
        first, second = sorted((people[said.a], people[said.b]))
        if (first, second) not in met and min(places.get(first, 0), places.get(second, 0)) > 0:
            places[first] -= 1
            places[second] -= 1
            free.append(Proposed(first, second, said))
    return free


def _met(session: Session, programme: models.Programme) -> set[tuple[int, int]]:
    """Return who was paired before: also those whose address, and so whose key, has changed."""
    here = models.Pair.first.has(programme_id=programme.id)
    rows = session.execute(select(models.Pair.first_id, models.Pair.second_id).where(here))
    return {(first, second) for first, second in rows}


def _exclude(
    session: Session, programme: models.Programme, proposed: Sequence[Proposed], now: datetime
) -> list[Proposed]:
    """Note that these people meet, for good; return those nobody had noted before.

    In one order, so that two programmes' rounds at once wait for each other and never in a circle.
    """
    keys = _keys(session, programme)
    pairs = {tuple(sorted((keys[one.first], keys[one.second]))): one for one in proposed}
    if not pairs:
        return []
    rows = [
        {"low": low, "high": high, "reason": "paired", "at": now} for low, high in sorted(pairs)
    ]
    dialect = session.connection().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert
    noted = session.execute(
        insert(models.Exclusion)
        .on_conflict_do_nothing()
        .returning(models.Exclusion.low, models.Exclusion.high),
        rows,
    )
    new = {(low, high) for low, high in noted}
    return [one for names, one in pairs.items() if names in new]


def _keys(session: Session, programme: models.Programme) -> dict[int, str]:
    rows = session.execute(
        select(models.Participant.id, models.Account.key)
        .join(models.Account, models.Account.id == models.Participant.account_id)
        .where(models.Participant.programme_id == programme.id)
    )
    return dict(iter(rows))


def _pair(made: models.Round, proposed: Proposed) -> models.Pair:
    said = proposed.said
    return models.Pair(
        round_id=made.id,
        first_id=proposed.first,
        second_id=proposed.second,
        proposed_at=made.at,
        score=said.score,
        terms=said.terms,
        shared_values=list(said.shared_values),
        differences=list(said.differences),
    )


def _report(pool: Pool, done: matcher.round.Round, kept: Sequence[Proposed]) -> dict[str, Any]:
    """Return the matcher's report, and by participant id why somebody waits and what would help.

    `waiting` has reason, change, what and partners as the matcher says them; a pair that fell
    through while the round ran leaves its two with the reason `taken`.
    """
    paired = {person for one in kept for person in (one.first, one.second)}
    people, left = pool.people, done.unmatched
    told = {
        people[int(row)]: {
            "reason": str(why),
            "change": str(change),
            "what": str(what),
            "partners": int(n),
        }
        for row, why, change, what, n in zip(*left, strict=True)
    }
    waiting = {str(one): told.get(one, TAKEN) for one in people if one not in paired}
    return {**done.report(), "proposed": len(kept), "waiting": waiting}


def _invite(session: Session, pairs: Sequence[models.Pair], config: Config, now: datetime) -> None:
    expires = now + timedelta(hours=config.matching.invitation_hours)
    made = [
        models.Invitation(pair_id=pair.id, participant_id=one, sent_at=now, expires_at=expires)
        for pair in pairs
        for one in (pair.first_id, pair.second_id)
    ]
    session.add_all(made)
    session.flush()
    for invitation in made:
        notices.invite(session, invitation, config, now)


def _say(title: str, pool: Pool, pairs: Sequence[models.Pair]) -> str:
    if not len(pool.cohort):
        return f"{title}: nobody is in the pool, so nobody was paired."
    paired = {person for pair in pairs for person in (pair.first_id, pair.second_id)}
    people = "1 person" if len(pool.cohort) == 1 else f"{len(pool.cohort)} people"
    proposed = "1 pair" if len(pairs) == 1 else f"{len(pairs)} pairs"
    left = len(pool.cohort) - len(paired)
    return f"{title}: {people} in the pool, {proposed} proposed, {left} left waiting."
