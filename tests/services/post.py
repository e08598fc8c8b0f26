"""Mail that waits to be sent, and its row."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

import models
from services.letters import mail
from tests import factories
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def write(sessions: sessionmaker[Session], dedupe: str = "one", **given) -> None:
    context = {"programme": "P", "other": "Mira", "url": "https://e.org/home", "at": NOW}
    with sessions.begin() as session:
        mail.queue(
            session,
            to=given.pop("to", None) or factories.account(session, **given),
            kind="cancelled",
            dedupe=dedupe,
            context=context,
            now=NOW,
        )


def row(sessions: sessionmaker[Session]) -> models.Mail:
    with sessions() as session:
        return session.scalars(select(models.Mail)).one()
