"""Hours that are open, and people who come into them."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models import Arrival, Opening
from services.pairing import dropin, openings
from services.people import enrolment
from tests.factories import NOW
from tests.rounds import people

HOUR = timedelta(hours=1)


MINUTE = timedelta(minutes=1)


def hour(session: Session, programme, begins=-10, ends=50) -> Opening:
    opens, closes = NOW + begins * MINUTE, NOW + ends * MINUTE
    return openings.open_hours(
        session, programme, opens_at=opens, closes_at=closes, now=NOW, actor="account:1"
    )


def somebody(session: Session, programme, view=1, **given) -> models.Participant:
    made = people.person(session, programme, view, **given)
    enrolment.consent(session, made.account_id, ["matching", "conversation"], NOW)
    return made


def come(session: Session, programme, view=1, now=NOW) -> Arrival:
    return dropin.enter(session, somebody(session, programme, view), now)


def states(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Arrival.state).order_by(Arrival.id)))
