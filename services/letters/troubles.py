"""Mail that did not arrive: what staff see of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Mail

MOST = 200
LATE = timedelta(minutes=10)  # so long mail may wait before it is worth a look


@dataclass(frozen=True, slots=True)
class Trouble:
    """One message: `state` is `waiting` (tried again at `next_try_at`), `given-up` or `back`."""

    number: int
    state: str
    kind: str
    recipient: str
    error: str
    tries: int
    created_at: datetime
    next_try_at: datetime | None


def troubles(session: Session) -> list[Trouble]:
    """Return what was not delivered, the newest first, `MOST` at most."""
    rows = session.scalars(
        select(Mail).where(Mail.error.is_not(None)).order_by(Mail.created_at.desc()).limit(MOST)
    )
    return [_trouble(mail) for mail in rows]


def late(session: Session, now: datetime) -> int:
    """Return how many messages should have gone `LATE` ago and have not been tried since."""
    waiting = select(func.count()).select_from(Mail).where(Mail.next_try_at <= now - LATE)
    return session.scalar(waiting) or 0


def of(session: Session, email: str) -> Sequence[Mail]:
    """Return the messages to an address that came back or were given up, the newest first."""
    lost = select(Mail).where(
        Mail.recipient == email, Mail.error.is_not(None), Mail.next_try_at.is_(None)
    )
    return session.scalars(lost.order_by(Mail.created_at.desc())).all()


def send_again(session: Session, mail_id: int, now: datetime) -> bool:
    """Try a message again; False where it waits already, or its words are gone."""
    mail = session.get(Mail, mail_id)
    if mail is None or mail.next_try_at is not None or mail.error is None or not mail.text:
        return False
    mail.sent_at, mail.error, mail.next_try_at, mail.tries = None, None, now, 0
    return True


def _trouble(mail: Mail) -> Trouble:
    state = "waiting" if mail.next_try_at else "back" if mail.sent_at else "given-up"
    return Trouble(
        mail.id,
        state,
        mail.kind,
        mail.recipient,
        mail.error or "",
        mail.tries,
        mail.created_at,
        mail.next_try_at,
    )
