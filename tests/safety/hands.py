"""What every deed of a crowd needs: whom it is about, the lobby, and a block of two who met."""

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

import matcher.round
import models
from services.pairing import dropin, lobby
from services.pairing.dropin import NotNow
from services.safety import apart
from services.site.platform import Platform

HOUR = timedelta(hours=1)
Two = tuple[int, int]  # accounts, the smaller first


@dataclass(frozen=True, slots=True)
class Town:
    """Two programmes by slug, and the accounts that take part in both."""

    programmes: tuple[str, str]
    accounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A town on one day; `forgetful` is planted: what a block has noted is gone again."""

    town: Town
    now: datetime
    forgetful: bool = False


class Hands:
    """One deed on one day, by its own dice; `done` counts what came of it."""

    def __init__(self, platform: Platform, day: Day, seed: int) -> None:
        self.platform, self.day, self.seed = platform, day, seed
        self.now = day.now
        self.dice = random.Random(seed)
        self.slug, self.other = self.dice.sample(day.town.programmes, 2)
        self.done: Counter[str] = Counter()

    def come(self, accounts: Sequence[int], slug: str) -> None:
        """Let people come into a lobby, as its page does; some may not."""
        for account in accounts:
            with self.platform.sessions() as session, suppress(NotNow):
                place = self.places(session, [account], slug)[0]
                dropin.enter(session, place, self.now)
                session.commit()
                self.done["arrival"] += 1

    def pair_lobby(self, choosing: lobby.Choosing) -> None:
        """Pair who waits, as its job does."""
        made = lobby.run(self.platform.sessions, self.now, choosing)
        self.done["paired on arrival"] += made

    def meet_and_part(self, two: Two, said: matcher.round.Pair) -> None:
        """Let two come into the other programme's lobby and be paired there; then block."""

        def choosing(crowd: lobby.Crowd, _now: datetime) -> list[matcher.round.Pair]:
            rows = {place: row for row, place in enumerate(crowd.pool.people)}
            both = [rows[one] for one in places if one in rows]
            return [replace(said, a=both[0], b=both[1])] if len(both) == len(two) else []

        with self.platform.sessions() as session:
            places = [one.id for one in self.places(session, two, self.other)]
        self.come(two, self.other)
        self.pair_lobby(choosing)
        self.part(two)

    def part(self, two: Two) -> None:
        """Block, by one of the two, whoever was paired; nothing where they never were."""
        with self.platform.sessions() as session:
            pair = self.pair(session, two)
            if pair is None:
                return
            apart.block(session, pair, self.dice.choice(two), self.now, self.platform.config)
            session.commit()
            self.done["block"] += 1
            if self.day.forgetful:
                low, high = sorted((pair.first.account.key, pair.second.account.key))
                table = models.Exclusion
                session.execute(delete(table).where(table.low == low, table.high == high))
                session.commit()

    def some_pair(self, session: Session, *, blocked: bool = False) -> Two | None:
        """Return some two who were paired, or None."""
        wanted = (
            select(models.Pair)
            .join(models.Participant, models.Participant.id == models.Pair.first_id)
            .where(models.Participant.account_id.in_(self.day.town.accounts))
            .order_by(func.random())
            .limit(1)
        )
        if blocked:
            wanted = wanted.join(models.Block, models.Block.pair_id == models.Pair.id)
        found = session.scalars(wanted).one_or_none()
        return found and self.accounts((found.first_id, found.second_id))

    def pair(self, session: Session, two: Two) -> models.Pair | None:
        """Return a pair of two accounts, in whichever programme."""
        both = select(models.Participant.id).where(models.Participant.account_id.in_(two))
        wanted = select(models.Pair).where(
            models.Pair.first_id.in_(both), models.Pair.second_id.in_(both)
        )
        return session.scalars(wanted.order_by(models.Pair.id).limit(1)).one_or_none()

    def accounts(self, places: Sequence[int]) -> Two:
        """Return whose the places of two in a programme are."""
        wanted = select(models.Participant.account_id).where(models.Participant.id.in_(places))
        with self.platform.sessions() as session:
            low, high = sorted(session.scalars(wanted))
        return low, high

    def places(
        self, session: Session, accounts: Sequence[int], slug: str
    ) -> list[models.Participant]:
        """Return the places of accounts in one programme."""
        wanted = (
            select(models.Participant)
            .join(models.Programme)
            .where(models.Programme.slug == slug, models.Participant.account_id.in_(accounts))
        )
        return list(session.scalars(wanted))
