"""Which mail belongs together, and who wants no more of it.

Mail that somebody has just asked for (a code to sign in, a link to confirm) cannot be stopped.
Every other kind belongs to one mailing, and each of its messages carries a link that stops that
mailing with one click (RFC 8058). The link is signed, works without signing in, and for as long as
the account is there.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from models import Account, Mail, MailStop, Subscriber
from services.site.secrets import Secrets
from services.site.texts import N_

INVITATIONS, ARRANGEMENTS = "invitations", "arrangements"
REMINDERS, AFTERWARDS, NEWS = "reminders", "afterwards", "news"
KINDS = {
    "invitation": INVITATIONS,
    "invitation_reminder": INVITATIONS,
    "another_time": INVITATIONS,
    "declined": INVITATIONS,
    "expired": INVITATIONS,
    "scheduled": ARRANGEMENTS,
    "cancelled": ARRANGEMENTS,
    "missed": ARRANGEMENTS,
    "called": ARRANGEMENTS,
    "new_time": ARRANGEMENTS,
    "reminder_day": REMINDERS,
    "reminder_hour": REMINDERS,
    "news": NEWS,
}
ASKED_FOR = ("account_", "news_confirm", "pledge_", "guest_")  # a guest's has a way out of its own


@dataclass(frozen=True, slots=True)
class Words:
    """A mailing in words: its name, and what it means to have none of it."""

    name: str
    without: str


MAILINGS = {
    INVITATIONS: Words(
        N_("Invitations"),
        N_("You see on your page that there is somebody for you. Look there every few days."),
    ),
    ARRANGEMENTS: Words(
        N_("Times, changes and calendar files"),
        N_("If the other person cannot make it, you see that only on your page."),
    ),
    REMINDERS: Words(
        N_("Reminders before a conversation"),
        N_("Nothing reminds you a day and an hour before. Your calendar still can."),
    ),
    AFTERWARDS: Words(
        N_("Questions afterwards, and what comes next"),
        N_("You find them on your page."),
    ),
    NEWS: Words(
        N_("News about Earshot"),
        N_("Mail about your own conversations still comes."),
    ),
}


class BadLink(ValueError):
    """The link was not made here, or what it is about is gone."""


@dataclass(frozen=True, slots=True)
class Stop:
    """What ends mail of one kind with one click: a path, told in a language."""

    path: str
    locale: str


def of(kind: str) -> str | None:
    """Return the mailing a kind of mail belongs to, None where it was just asked for."""
    return None if kind.startswith(ASKED_FOR) else KINDS.get(kind, AFTERWARDS)


def stop(session: Session, account_id: int, mailing: str, now: datetime) -> None:
    """Write no more of *mailing* to an account; what was not sent yet is dropped."""
    if mailing not in stopped(session, account_id):
        session.add(MailStop(account_id=account_id, mailing=mailing, at=now))
    address = select(Account.email).where(Account.id == account_id).scalar_subquery()
    unsent = session.execute(
        select(Mail.id, Mail.kind).where(
            Mail.recipient == address, Mail.sent_at.is_(None), Mail.next_try_at.is_not(None)
        )
    )
    dropped = [number for number, kind in unsent if of(kind) == mailing]
    session.execute(delete(Mail).where(Mail.id.in_(dropped)))


def resume(session: Session, account_id: int, mailing: str) -> None:
    """Write *mailing* to an account again."""
    session.execute(
        delete(MailStop).where(MailStop.account_id == account_id, MailStop.mailing == mailing)
    )


def stopped(session: Session, account_id: int) -> frozenset[str]:
    """Return the mailings an account wants no more of."""
    rows = select(MailStop.mailing).where(MailStop.account_id == account_id)
    return frozenset(session.scalars(rows))


def wants(session: Session, email: str, kind: str) -> bool:
    """Whether the owner of an address has not stopped this kind of mail."""
    stopped_it = exists().where(
        MailStop.account_id == Account.id, MailStop.mailing == of(kind), Account.email == email
    )
    return not session.scalar(select(stopped_it))


def link(session: Session, mail: Mail, secrets: Secrets) -> Stop | None:
    """Return what stops the mailing of *mail*, None where it cannot be stopped."""
    mailing = of(mail.kind)
    if mailing is None:
        return None
    table = Subscriber if mailing == NEWS else Account
    owner = session.execute(
        select(table.id, table.locale).where(table.email == mail.recipient)
    ).one_or_none()
    if owner is None:
        return None
    return Stop(f"/mail/stop/{token(secrets, owner.id, mailing)}", owner.locale)


def token(secrets: Secrets, owner: int, mailing: str) -> str:
    """Return what signs a link about a mailing: of an account, or of a subscriber to the news."""
    return f"{owner}.{mailing}.{_sign(secrets, owner, mailing)}"


def read(secrets: Secrets, given: str) -> tuple[int, str]:
    """Return the id and the mailing that a token names; raise BadLink."""
    owner, _, rest = given.partition(".")
    mailing, _, signature = rest.partition(".")
    if mailing not in MAILINGS or not owner.isascii() or not owner.isdigit():
        raise BadLink(given)
    if not hmac.compare_digest(_sign(secrets, int(owner), mailing).encode(), signature.encode()):
        raise BadLink(given)
    return int(owner), mailing


def _sign(secrets: Secrets, owner: int, mailing: str) -> str:
    key = secrets.derive("mail links")
    return hmac.new(key, f"{owner}.{mailing}".encode(), hashlib.sha256).hexdigest()[:40]
