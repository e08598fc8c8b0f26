"""The newsletter: asked for, confirmed by mail, sent, and ended with one click.

Nobody gets news whose address did not answer: asking only sends one mail with a link (double
opt-in). An account's consent is kept beside it, and ends with it.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Account, Subscriber
from services.letters import mail, mailings
from services.letters.mailings import BadLink
from services.people import enrolment
from services.site.config import Config
from services.site.secrets import Secrets

ASK_AGAIN = timedelta(hours=1)  # an address is not asked to confirm more often
LINK_WORKS = timedelta(days=7)
PURPOSE = "newsletter"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who mail goes to when there is no account."""

    email: str
    locale: str
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Site:
    """What links in mail are made of."""

    config: Config
    secrets: Secrets


def ask(session: Session, email: str, locale: str, site: Site, now: datetime) -> Subscriber:
    """Write one mail that asks to confirm; nothing where the address is confirmed already.

    The answer is the same for every address, so that it tells nobody who subscribes.
    """
    address = email.strip().lower()
    found = find(session, address)
    if found is None:
        found = Subscriber(email=address, locale=locale, asked_at=now)
        session.add(found)
        session.flush()
    elif not is_on(found) and found.asked_at <= now - ASK_AGAIN:
        found.asked_at = now
    if not is_on(found):
        mail.queue(
            session,
            to=Reader(address, locale),
            kind="news_confirm",
            dedupe=f"news_confirm:{found.id}:{found.asked_at:%Y-%m-%dT%H:%M:%S}",
            context={"url": f"{site.config.site.url}/news/confirm/{_token(site.secrets, found)}"},
            now=now,
        )
    return found


def confirm(session: Session, token: str, secrets: Secrets, now: datetime) -> Subscriber:
    """Note that the owner of the address wants the news; raise BadLink."""
    found = _read(session, token, secrets)
    if found.asked_at < now - LINK_WORKS:
        raise BadLink(token)
    found.confirmed_at, found.stopped_at = now, None
    account = _account(session, found.email)
    if account is not None:
        enrolment.consent(session, account.id, [PURPOSE], now)
        mailings.resume(session, account.id, mailings.NEWS)
    return found


def stop(session: Session, subscriber_id: int, now: datetime) -> None:
    """End the news for an address; raise BadLink where it is gone."""
    found = session.get(Subscriber, subscriber_id)
    if found is None:
        raise BadLink(str(subscriber_id))
    found.stopped_at = now
    account = _account(session, found.email)
    if account is not None and PURPOSE in enrolment.consents(session, account.id):
        enrolment.withdraw_consent(session, account.id, PURPOSE, now)


def stop_for(session: Session, email: str, now: datetime) -> None:
    """End the news for the address of an account that took its consent back."""
    found = find(session, email.lower())
    if found is not None:
        found.stopped_at = now


def find(session: Session, email: str) -> Subscriber | None:
    """Return who asked for news with this address."""
    return session.scalars(select(Subscriber).where(Subscriber.email == email)).one_or_none()


def is_on(subscriber: Subscriber) -> bool:
    """Whether the address is confirmed and has not ended the news since."""
    return subscriber.confirmed_at is not None and subscriber.stopped_at is None


def send(session: Session, subject: str, body: str, issue: str, now: datetime) -> int:
    """Write one issue of the news to everybody who confirmed, once; return to how many.

    *body* is plain text, its paragraphs apart by an empty line; *issue* names it, so that sending
    it again reaches only who has not got it.
    """
    paragraphs = [" ".join(one.split()) for one in body.split("\n\n") if one.strip()]
    readers = session.scalars(
        select(Subscriber)
        .where(Subscriber.confirmed_at.is_not(None), Subscriber.stopped_at.is_(None))
        .order_by(Subscriber.id)
    ).all()
    for reader in readers:
        mail.queue(
            session,
            to=Reader(reader.email, reader.locale),
            kind="news",
            dedupe=f"news:{issue}:{reader.id}",
            context={"subject": subject, "paragraphs": paragraphs},
            now=now,
        )
    return len(readers)


def _account(session: Session, email: str) -> Account | None:
    return session.scalars(select(Account).where(func.lower(Account.email) == email)).one_or_none()


def _token(secrets: Secrets, subscriber: Subscriber) -> str:
    return f"{subscriber.id}.{_sign(secrets, subscriber)}"


def _read(session: Session, token: str, secrets: Secrets) -> Subscriber:
    number, _, signature = token.partition(".")
    found = session.get(Subscriber, int(number)) if number.isascii() and number.isdigit() else None
    if found is None or not hmac.compare_digest(_sign(secrets, found).encode(), signature.encode()):
        raise BadLink(token)
    return found


def _sign(secrets: Secrets, subscriber: Subscriber) -> str:
    said = f"{subscriber.id} {subscriber.asked_at.timestamp()}".encode()
    return hmac.new(secrets.derive("news links"), said, hashlib.sha256).hexdigest()[:40]
