"""What happens in a crowd, each as its own way in does it: whole rounds, whole drop-in arrivals.

A round is what `earshot round` and the nightly job call; an arrival is what the lobby's page calls,
and the pairing what its job calls; answers, blocks and reports are what their pages call. Two deeds
are overtaken: after the round has read its pool (the lobby its crowd) and the matcher has chosen,
two of those it chose meet on the other way and one of them blocks the other, before it promises.
Two more deeds ask nobody, so that the database alone stands between the two.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import matcher
import matcher.round
import models
from matcher.cohort import Cohort
from matcher.policy import Policy
from models import engine, guards
from services.pairing import arrangements, invitations, lobby, rounds
from services.pairing.invitations import NoSuchHour, Over
from services.safety import apart, reports
from services.site.platform import Platform
from tests import factories
from tests.safety.hands import HOUR, Day, Hands

COMING = 8  # people who come into a lobby together


class Doing(Hands):
    """The deeds: one of these methods is called, once."""

    def round(self) -> None:
        """Match the pool of a programme and publish it."""
        self._round(matched)

    def round_overtaken(self) -> None:
        """Let two whom the matcher has paired meet in a lobby and part, before they are told."""

        def pairing(
            cohort: Cohort, policy: Policy, exclude: NDArray[np.int64], seed: int
        ) -> matcher.round.Round:
            done = matched(cohort, policy, exclude, seed)
            places = [int(one) for one in cohort.ids]
            said = list(done.described())
            for one in self.dice.sample(said, min(2, len(said))):
                self.meet_and_part(self.accounts((places[one.a], places[one.b])), one)
            return done

        self._round(pairing)

    def arrivals(self) -> None:
        """Let some come into the lobby through its page, and pair who waits there."""
        self.come(self.dice.sample(self.day.town.accounts, COMING), self.slug)
        self.pair_lobby(lobby.choose)

    def arrivals_overtaken(self) -> None:
        """Run the other programme's round and let two part while the lobby is choosing."""

        def choosing(crowd: lobby.Crowd, now: datetime) -> list[matcher.round.Pair]:
            chosen = lobby.choose(crowd, now)
            rounds.run_now(
                self.platform.sessions, self.other, self.platform.config, now, self.seed,
                pairing=matched,
            )  # fmt: skip
            people = crowd.pool.people
            for one in chosen:
                self.part(self.accounts((people[one.a], people[one.b])))
            return chosen

        self.come(self.dice.sample(self.day.town.accounts, COMING), self.slug)
        self.pair_lobby(choosing)

    def answers(self) -> None:
        """Let some who were invited say yes, to every hour they could."""
        table = models.Invitation
        wanted = select(table.id).where(table.state == "open", table.expires_at > self.now)
        with self.platform.sessions() as session:
            waiting = session.scalars(wanted.order_by(func.random()).limit(6)).all()
        for number in waiting:
            with self.platform.sessions() as session, suppress(Over, NoSuchHour):
                found = session.get_one(table, number)
                hours = invitations.common_hours(
                    session, found.pair, self.now, self.platform.config
                )
                invitations.accept(session, found, hours[:40], self.now, self.platform.config)
                session.commit()
                self.done["yes"] += 1

    def block(self) -> None:
        """Let one of two who were paired block the other."""
        with self.platform.sessions() as session:
            found = self.some_pair(session)
        if found is not None:
            self.part(found)

    def report(self) -> None:
        """Let one of two who had an hour report the other."""
        with self.platform.sessions() as session:
            held = session.scalars(
                select(models.Conversation)
                .join(models.Programme)
                .where(models.Programme.slug.in_(self.day.town.programmes))
                .order_by(func.random())
                .limit(1)
            ).one_or_none()
            if held is None:
                return
            data = {"reason": "harassment", "attach": []}
            reports.after(
                session, self.platform.keys, held, seat=self.dice.choice("ab"), data=data,
                now=self.now,
            )  # fmt: skip
            session.commit()
            self.done["report"] += 1

    def take_back(self) -> None:
        """Do what the minute's job does with promises between people who are kept apart."""
        with self.platform.sessions.begin() as session:
            apart.undo(session, self.now, self.platform.config)

    def careless_pair(self) -> None:
        """Pair two without asking anybody, most often two of whom one blocks the other."""
        two = self.dice.sample(self.day.town.accounts, 2)
        with self.platform.sessions() as session:
            known = self.some_pair(session, blocked=self.dice.random() < 0.7)
            people = self.places(session, known or two, self.slug)
            low, high = sorted(person.account.key for person in people)
            noted = engine.insert(session, models.Exclusion).values(
                low=low, high=high, reason="paired", at=self.now
            )

            def pair() -> None:
                factories.pair(session, *people, proposed_at=self.now)
                session.execute(noted.on_conflict_do_nothing())

            self._careless(session, pair)

    def careless_talk(self) -> None:
        """Promise an hour to two who were paired, without asking whether they may meet."""
        with self.platform.sessions() as session:
            known = self.some_pair(session, blocked=self.dice.random() < 0.5)
            pair = known and self.pair(session, known)
            if pair is not None:
                arrangements.lock_people(session, [pair])
                hour = self.now + self.dice.randrange(48) * HOUR
                self._careless(session, lambda: arrangements.promise(session, pair, hour, self.now))

    def _careless(self, session: Session, make: Callable[[], object]) -> None:
        try:
            make()
            session.commit()
            self.done["asked nobody"] += 1
        except DBAPIError as error:
            session.rollback()
            if guards.REFUSAL in str(error):
                self.done["refused by the database"] += 1
            elif "uq_pairs" in str(error):
                self.done["were a pair"] += 1
            else:
                raise

    def _round(self, pairing: rounds.Pairing) -> None:
        said = rounds.run_now(
            self.platform.sessions, self.slug, self.platform.config, self.now, self.seed,
            pairing=pairing,
        )  # fmt: skip
        proposed = int(said.split(", ")[1].split()[0]) if "proposed" in said else 0
        self.done.update({"round": 1, "proposed": proposed})


def matched(
    cohort: Cohort, policy: Policy, exclude: NDArray[np.int64], seed: int
) -> matcher.round.Round:
    """Run the matcher on one thread: others run beside it."""
    return matcher.pair(cohort, policy, exclude, seed, threads=1)


OFTEN = {
    Doing.round: 5, Doing.round_overtaken: 3, Doing.arrivals: 5, Doing.arrivals_overtaken: 3,
    Doing.answers: 4, Doing.block: 3, Doing.report: 1, Doing.take_back: 1,
    Doing.careless_pair: 2, Doing.careless_talk: 2,
}  # fmt: skip


def do(platform: Platform, day: Day, seed: int) -> Counter[str]:
    """Do one thing; return what came of it."""
    doing = Doing(platform, day, seed)
    deed = doing.dice.choices(list(OFTEN), list(OFTEN.values()))[0]
    try:
        deed(doing)
    except DBAPIError as error:  # who forgets whom it paired pairs them twice
        if not day.forgetful or "uq_pairs" not in str(error):
            raise
    doing.done["deeds"] += 1
    return doing.done
