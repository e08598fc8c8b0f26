"""Somebody at each state of the path, as the database has it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

import models
from models import Participant, SurveyAnswer
from services.conversations.waves import AFTER, AGAIN
from services.pairing import anew, arrangements, dropin, invitations, openings
from services.path import State
from services.people import enrolment
from services.site.config import Config
from tests import factories
from tests.home.test_journey import talk
from tests.rounds import people

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass
class Cast:
    """Two in a programme of their own, so much alike that no round pairs them meanwhile."""

    session: Session
    config: Config
    now: datetime
    one: Participant
    other: Participant

    @classmethod
    def of(cls, session: Session, config: Config, now: datetime) -> "Cast":
        programme = factories.programme(session, policy={"min_differences": 2})
        one, other = (people.person(session, programme, 1) for _ in range(2))
        for person in (one, other):
            enrolment.consent(session, person.account_id, ["matching", "conversation"], now)
        return cls(session, config, now, one, other)

    def pair(self, before: timedelta = timedelta(0)) -> models.Pair:
        return factories.pair(self.session, self.one, self.other, proposed_at=self.now - before)

    def invite(self, mine: str, theirs: str) -> models.Pair:
        pair = self.pair()
        for person, state in ((self.one, mine), (self.other, theirs)):
            self.session.add(
                models.Invitation(
                    pair=pair,
                    participant=person,
                    state=state,
                    sent_at=self.now,
                    expires_at=self.now + 2 * DAY,
                )
            )
        self.session.flush()
        return pair

    def arrange(self, until: timedelta) -> models.Conversation:
        pair = self.invite("accepted", "accepted")
        at = self.now + until
        return arrangements.schedule(self.session, pair, at, self.now, self.config)

    def talked(self, days: float) -> models.Conversation:
        ended = self.now - days * DAY
        over = {"state": "closed", "started_at": ended, "closed_at": ended}
        before = days * DAY if days < 1 else (days + 10) * DAY  # or it counts for this month
        return talk(self.session, self.pair(before), ended, **over)


def nothing(_cast: Cast) -> None:
    """They are in the pool, or what is missing is done in the browser."""


def suspended(cast: Cast) -> None:
    cast.one.account.suspended_until = cast.now + DAY


def soon(cast: Cast) -> None:
    cast.arrange(3 * MINUTE)


def lobby(cast: Cast) -> None:
    openings.open_hours(
        cast.session,
        cast.one.programme,
        opens_at=cast.now - MINUTE,
        closes_at=cast.now + 59 * MINUTE,
        now=cast.now,
        actor="account:1",
    )
    came = dropin.enter(cast.session, cast.one, cast.now)
    came.seen_at = cast.now + 30 * MINUTE  # however long the walk takes


def standby(cast: Cast) -> None:
    hour = cast.now + 3 * MINUTE
    cast.session.add(
        models.Standby(participant_id=cast.one.id, hour=hour, offered_at=cast.now - DAY)
    )


def after(cast: Cast) -> None:
    cast.talked(0)


def invited(cast: Cast) -> None:
    cast.invite("open", "open")


def accepted(cast: Cast) -> None:
    cast.invite("accepted", "open")


def scheduled(cast: Cast) -> None:
    cast.arrange(3 * DAY)


def missed(cast: Cast) -> models.Conversation:
    at = cast.now - 30 * MINUTE
    return talk(cast.session, cast.pair(DAY), at, state="missed", closed_at=cast.now)


def _ask(cast: Cast, by: Participant, about: models.Conversation) -> None:
    hours = invitations.common_hours(cast.session, about.pair, cast.now, cast.config)[:3]
    anew.ask(cast.session, about, by, hours, cast.now, config=cast.config)


def offered(cast: Cast) -> None:
    about = missed(cast)
    _ask(cast, cast.other, about)
    about.scheduled_at = cast.now - 4 * DAY  # the offer stands longer than it is spoken of


def asked(cast: Cast) -> None:
    _ask(cast, cast.one, missed(cast))


def again(cast: Cast) -> None:
    about = cast.talked(22)
    cast.session.add_all(
        SurveyAnswer(
            conversation_id=about.id,
            participant_id=person.id,
            survey=AFTER,
            item=AGAIN,
            value=1,
            at=about.closed_at,
        )
        for person in (cast.one, cast.other)
    )


def later(cast: Cast) -> None:
    cast.talked(29)


def profile(cast: Cast) -> None:
    cast.one.completed_at = None


def paused(cast: Cast) -> None:
    cast.one.paused_at = cast.now


def enough(cast: Cast) -> None:
    cast.pair()


def left(cast: Cast) -> None:
    cast.one.withdrawn_at = cast.now


def new(cast: Cast) -> models.Account:
    return factories.account(cast.session)


SCENES: dict[State, Callable[[Cast], object]] = {
    State.SUSPENDED: suspended,
    State.OPEN: soon,
    State.DOOR: soon,
    State.LOBBY: lobby,
    State.STANDBY: standby,
    State.AFTER: after,
    State.INVITED: invited,
    State.OFFERED: offered,
    State.ACCEPTED: accepted,
    State.SCHEDULED: scheduled,
    State.AGAIN: again,
    State.LATER: later,
    State.PROFILE: profile,
    State.PAUSED: paused,
    State.ASKED: asked,
    State.MISSED: missed,
    State.ENOUGH: enough,
    State.WAITING: nothing,
    State.LEFT: left,
    State.NEW: new,
    State.UNCONFIRMED: nothing,
    State.PLEDGED: nothing,
}


def stage(session: Session, state: State, config: Config, now: datetime) -> tuple[int, int]:
    """Put somebody at *state*, as far as rows can; return their account's id, and the other's."""
    cast = Cast.of(session, config, now)
    made = SCENES[state](cast)
    session.flush()
    mine = made.id if isinstance(made, models.Account) else cast.one.account_id
    return mine, cast.other.account_id
