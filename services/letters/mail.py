"""Outgoing mail: written with what caused it, sent afterwards, tried again where that fails."""

import smtplib
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from typing import Protocol

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, sessionmaker

import models
from models import engine
from services.letters import envelopes, mailings
from services.letters.mailings import Stop
from services.site.config import Config
from services.site.secrets import Secrets

LETS_IN = "account_"  # how the kinds begin whose words let somebody in
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
LEASE = timedelta(minutes=10)  # how long one sender keeps others from a message
AT_ONCE = 20  # with TIMEOUT, what fits into a lease
TIMEOUT = 10  # seconds for each answer of the server
LONGEST_ERROR = 500

Failure = (smtplib.SMTPException, OSError, ValueError)


class Recipient(Protocol):
    """Whom mail goes to: an account, or a guest who has none yet."""

    @property
    def email(self) -> str:
        """The address."""

    @property
    def locale(self) -> str:
        """The language to write in."""

    @property
    def zone(self) -> str:
        """The time zone to say times in."""


def queue(
    session: Session,
    *,
    to: Recipient,
    kind: str,
    dedupe: str,
    context: dict[str, object],
    now: datetime,
    calendar: bytes | None = None,
) -> None:
    """Write one message in the language and zone of *to*; nothing where *dedupe* is known.

    Nothing either where *to* has stopped mail of this kind.
    *kind* names a template of services/letters/mails and *context* what it asks for (jinja2 raises
    UndefinedError where something lacks). *dedupe* names the cause: at most 128 characters.
    """
    if not _is_known(session, dedupe) and mailings.wants(session, to.email, kind):
        made = written(to=to, kind=kind, dedupe=dedupe, context=context, now=now)
        put(session, [{**made, "calendar": calendar}])


def written(
    *, to: Recipient, kind: str, dedupe: str, context: dict[str, object], now: datetime
) -> dict[str, object]:
    """Return a message as `put` takes it; needs no database, so a transaction can wait for it."""
    letter = envelopes.write(kind, to.locale, to.zone, context)
    return {
        "dedupe": dedupe,
        "kind": kind,
        "recipient": to.email,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "calendar": None,
        "created_at": now,
        "next_try_at": now,
        "tries": 0,
    }


def put(session: Session, messages: Sequence[dict[str, object]]) -> None:
    """Keep written messages for sending, each cause once."""
    session.execute(engine.insert(session, models.Mail).on_conflict_do_nothing(), list(messages))


def _is_known(session: Session, dedupe: str) -> bool:
    known = select(models.Mail.id).where(models.Mail.dedupe == dedupe)
    return session.scalar(known) is not None


def send_due(
    sessions: sessionmaker[Session], config: Config, secrets: Secrets, now: datetime
) -> int:
    """Send up to `AT_ONCE` due messages and return how many went; the rest stays for next time.

    Each is claimed in a transaction of its own and sent outside of any, so several senders at
    once send nothing twice. While no server answers nothing is claimed and no try is counted.
    """
    with sessions() as session:
        if session.scalar(select(models.Mail.id).where(_due(now)).limit(1)) is None:
            return 0
    try:
        server = _connect(config, secrets)
    except Failure as error:
        _postpone(sessions, now, f"The mail server cannot be used: {_said(error)}")
        return 0
    sent = 0
    with server:
        for _ in range(AT_ONCE):
            mail, stop = _claim(sessions, secrets, now)
            if mail is None:
                break
            message = partial(envelopes.message, mail, config.mail.sender, config.site.url, now)
            wrong = _send(server, partial(message, stop))
            _note(sessions, mail, now, wrong)
            sent += wrong is None
            if server.sock is None:
                break
    return sent


def _due(now: datetime) -> ColumnElement[bool]:
    return models.Mail.next_try_at <= now


def _connect(config: Config, secrets: Secrets) -> smtplib.SMTP:
    settings = config.mail
    context = ssl.create_default_context()
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=TIMEOUT, context=context
        )
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.username:
            server.login(settings.username, secrets.mail_password)
    except BaseException:
        server.close()
        raise
    return server


def _postpone(sessions: sessionmaker[Session], now: datetime, error: str) -> None:
    with sessions.begin() as session:
        session.execute(
            update(models.Mail)
            .where(_due(now))
            .values(next_try_at=now + BACKOFF[0], error=error[:LONGEST_ERROR])
        )


def _claim(
    sessions: sessionmaker[Session], secrets: Secrets, now: datetime
) -> tuple[models.Mail | None, Stop | None]:
    """Take the next due message for the length of a lease, with what stops its kind.

    A sender that dies loses nothing.
    """
    with sessions.begin() as session:
        engine.write_lock(session)
        mail = session.scalars(
            select(models.Mail)
            .where(_due(now))
            .order_by(models.Mail.next_try_at, models.Mail.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if mail is None:
            return None, None
        mail.next_try_at, mail.tries = now + LEASE, mail.tries + 1
        session.flush()
        stop = mailings.link(session, mail, secrets)
        session.expunge(mail)
        return mail, stop


def _send(server: smtplib.SMTP, message: Callable[[], EmailMessage]) -> str | None:
    """Hand a message to *server*; return what went wrong, None where nothing did."""
    try:
        server.send_message(message())
    except Failure as error:
        return _said(error)
    return None


def _note(
    sessions: sessionmaker[Session], mail: models.Mail, now: datetime, error: str | None
) -> None:
    """Mark *mail* sent, due again later, or given up; codes and links to sign in are not kept."""
    done: dict[str, object] = {"sent_at": now, "next_try_at": None, "error": None}
    if error is not None and mail.tries <= len(BACKOFF):
        done = {"next_try_at": now + BACKOFF[mail.tries - 1], "error": error[:LONGEST_ERROR]}
    elif error is not None:
        given_up = f"Given up after {mail.tries} tries: {error}"
        done = {"next_try_at": None, "error": given_up[:LONGEST_ERROR]}
    if done["next_try_at"] is None and mail.kind.startswith(LETS_IN):
        done |= {"subject": "", "text": "", "html": ""}
    with sessions.begin() as session:
        session.execute(update(models.Mail).where(models.Mail.id == mail.id).values(**done))


def _said(error: BaseException) -> str:
    """Return what *error* says, without the recipient's address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return f"{code} {text.decode(errors='replace')}"
    return str(error) or type(error).__name__
