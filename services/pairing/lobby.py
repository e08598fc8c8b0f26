"""Pairs made in a lobby as people arrive: choose outside any transaction, promise in one each.

Who may meet, and the floor, are the round's. A promise is one UPDATE that must find both still
waiting: two rows or nothing, so that two processes never promise the same person twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

import matcher
import matcher.policy
import models
from matcher.cohort import Cohort
from matcher.lobby import Lobby
from matcher.policy import Policy
from matcher.round import Pair
from models import Arrival, Opening, engine
from services.pairing import arrangements, dropin, pools, waits
from services.pairing.columns import Scope
from services.pairing.pools import Pool

COLUMNS = (
    *("ids", "values", "views", "importance", "languages", "topics", "bands", "slots"),
    *("capacity", "waiting", "programme"),
)

Sessions = Callable[[], Session]
Choosing = Callable[["Crowd", datetime], list[Pair]]


class Gone(RuntimeError):
    """One of two does not wait any more, or they were paired before; roll back."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who waits in one lobby: `came` (n,) are seconds of the Unix clock, by row of the pool."""

    opening: int
    pool: Pool
    policy: Policy
    came: NDArray[np.float64]


def run(sessions: Sessions, now: datetime, choosing: Choosing | None = None) -> int:
    """End the waits that are over, then pair who can be paired in every open lobby; commits.

    Returns how many pairs were made. *choosing* runs the matcher, by default here and now.
    """
    with sessions() as session:
        if session.scalar(select(Arrival.id).where(Arrival.state == "waiting").limit(1)) is None:
            return 0
        dropin.sweep(session, now)
        session.commit()
        crowds = read(session, now)
    made = 0
    for crowd in crowds:
        for pair in (choosing or choose)(crowd, now):
            made += _promise(sessions, crowd, pair, now)
    return made


def read(session: Session, now: datetime) -> list[Crowd]:
    """Return the crowd of every open lobby in which two or more people wait."""
    openings = session.scalars(
        select(Opening)
        .where(Opening.opens_at <= now, Opening.closes_at > now)
        .options(joinedload(Opening.programme))
        .order_by(Opening.id)
    ).all()
    return [crowd for opening in openings if (crowd := _crowd(session, opening, now))]


def choose(crowd: Crowd, now: datetime) -> list[Pair]:
    """Return who is to meet now: first as they came, then once more with the patience they have.

    The lobby's thresholds fall with how long the one who waits has waited; the newest are looked
    at first, so that each pair is judged by the longer of both waits.
    """
    cohort = crowd.pool.cohort
    lobby = Lobby(cohort, crowd.policy, exclude=crowd.pool.exclusions)
    order = np.argsort(crowd.came, kind="stable").tolist()
    chosen = [row for row in order if _met(lobby, row, crowd.came[row])]
    left = [row for row in reversed(order) if row in set(lobby.waiting.tolist())]
    for row in left:
        if row in lobby.waiting:
            lobby.leave(row)
            if _met(lobby, row, now.timestamp()):
                chosen.append(row)
    rows = np.setdiff1d(np.arange(len(cohort)), lobby.waiting)
    if not chosen:
        return []
    taken = replace(cohort, **{name: getattr(cohort, name)[rows] for name in COLUMNS})
    return _described(crowd, taken, rows)


def _met(lobby: Lobby, row: int, now: float) -> bool:
    return lobby.arrive(row, now) is not None


def _described(crowd: Crowd, cohort: Cohort, rows: NDArray[np.int64]) -> list[Pair]:
    """Pair the chosen, as a round does, and say what each pair has in common; rows of the crowd."""
    place = {int(row): new for new, row in enumerate(rows)}
    barred = [
        [place[a], place[b]] for a, b in crowd.pool.exclusions.tolist() if {a, b} <= set(place)
    ]
    exclude = np.asarray(barred, np.int64).reshape(-1, 2)
    done = matcher.pair(cohort, crowd.policy, exclude, threads=1)
    return [replace(one, a=int(rows[one.a]), b=int(rows[one.b])) for one in done.described()]


def _crowd(session: Session, opening: Opening, now: datetime) -> Crowd | None:
    came = dict(
        iter(
            session.execute(
                select(Arrival.participant_id, Arrival.came_at).where(
                    Arrival.opening_id == opening.id, Arrival.state == "waiting"
                )
            )
        )
    )
    if len(came) < 2:
        return None
    pool = pools.load_now(session, Scope(opening.programme, tuple(came)), now)
    if len(pool.cohort) < 2:
        return None
    policy = matcher.policy.from_mapping(
        opening.programme.policy, f"programme {opening.programme.slug}: policy"
    )
    since = np.array([came[person].timestamp() for person in pool.people])
    return Crowd(opening.id, pool, policy, since)


def _promise(sessions: Sessions, crowd: Crowd, said: Pair, now: datetime) -> int:
    people = sorted((crowd.pool.people[said.a], crowd.pool.people[said.b]))
    with sessions() as session:
        try:
            promise(session, crowd.opening, people, said, now)
        except Gone:
            session.rollback()
            return 0
        session.commit()
        return 1


def promise(
    session: Session, opening_id: int, people: Sequence[int], said: Pair, now: datetime
) -> models.Conversation:
    """Give two who wait their conversation, which begins now; raises Gone, then roll back.

    *people* are participants' ids, the smaller first.
    """
    first, second = (session.get_one(models.Participant, one) for one in people)
    arrangements.lock_accounts(session, [first.account_id, second.account_id])
    free = pools.places(session, Scope(first.programme, tuple(people)), now)
    if any(free.get(one, 0) < 1 for one in people):
        raise Gone("One of both is promised elsewhere.")
    claim(session, opening_id, people, now)
    pair = pair_of(session, (first, second), said, now)
    conversation = arrangements.promise(session, pair, now, now)
    session.execute(
        update(Arrival)
        .where(Arrival.opening_id == opening_id, Arrival.participant_id.in_(people))
        .where(Arrival.state == "paired", Arrival.ended_at == now)
        .values(conversation_id=conversation.id)
    )
    return conversation


def claim(session: Session, opening_id: int, people: Sequence[int], now: datetime) -> None:
    """Take two people out of the lobby at once: two rows or none; raises Gone."""
    claimed = session.execute(
        update(Arrival)
        .where(
            Arrival.opening_id == opening_id,
            Arrival.participant_id.in_(people),
            Arrival.state == "waiting",
            Arrival.seen_at > now - waits.LOST,
        )
        .values(state="paired", ended_at=now)
        .returning(Arrival.id)
    )
    if len(claimed.all()) != 2:
        raise Gone("One of both does not wait any more.")


def pair_of(
    session: Session,
    both: Sequence[models.Participant],
    said: Pair,
    now: datetime,
) -> models.Pair:
    """Store the pair and that they have met, for good; raises Gone where they had."""
    low, high = sorted(person.account.key for person in both)
    noted = session.execute(
        engine.insert(session, models.Exclusion)
        .values(low=low, high=high, reason="paired", at=now)
        .on_conflict_do_nothing()
        .returning(models.Exclusion.low)
    )
    if noted.one_or_none() is None:
        raise Gone("They have met, or were kept apart, meanwhile.")
    low_one, high_one = sorted(both, key=lambda person: person.id)
    made = models.Pair(
        first=low_one,
        second=high_one,
        proposed_at=now,
        score=said.score,
        terms=said.terms,
        shared_values=list(said.shared_values),
        differences=list(said.differences),
    )
    session.add(made)
    session.flush()
    return made
