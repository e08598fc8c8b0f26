"""The timed jobs: each scans for what is due, so none depends on having run before.

A job may run in several processes at once. What it does is done once, because the row that says
so (a mail's cause, a conversation's state, a job's turn) is written in the transaction of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session, sessionmaker

from services import (
    anchors,
    failures,
    invitations,
    jobs,
    mail,
    nights,
    reminders,
    retention,
    rounds,
)
from services.config import Config
from services.crypto import KeyStore
from services.rounds import Pairing
from services.secrets import Secrets

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Work:
    """What jobs work with: sessions, settings, secrets, keys, a clock, and how to match."""

    sessions: sessionmaker[Session]
    config: Config
    secrets: Secrets
    keys: KeyStore
    clock: Callable[[], datetime]
    pairing: Pairing


def send_mail(work: Work) -> None:
    """Send what is due, in transactions of its own."""
    mail.send_due(work.sessions, work.config, work.secrets, work.clock())


def remind(work: Work) -> None:
    """Remind of conversations and of invitations that wait."""
    with work.sessions.begin() as session:
        reminders.remind_due(session, work.clock(), work.config)
        invitations.remind_due(session, work.clock(), work.config)


def expire(work: Work) -> None:
    """End invitations that stood long enough."""
    with work.sessions.begin() as session:
        invitations.expire_due(session, work.clock(), work.config)


def miss(work: Work) -> None:
    """Say which conversations did not come about."""
    with work.sessions.begin() as session:
        reminders.miss_due(session, work.clock(), work.config)


def close(work: Work) -> None:
    """Close conversations everybody went out of."""
    with work.sessions.begin() as session:
        reminders.close_due(session, work.clock())


def forget(work: Work) -> None:
    """Destroy and delete what was kept long enough."""
    with work.sessions.begin() as session:
        retention.purge_conversations(session, work.keys, work.clock(), work.config)
        retention.purge_evidence(session, work.keys, work.clock(), work.config)
        retention.purge_mail(session, work.clock(), work.config)


def match(work: Work) -> None:
    """Run the nightly round of every programme that has one due; one that fails stops no other."""
    now = work.clock()
    night = nights.latest(now, work.config.matching.nightly_hour)
    with work.sessions() as session:
        slugs = nights.due(session, night, now)
    for slug in slugs:
        try:
            log.info("round", said=_match(work, slug, night, now))
        except Exception as error:
            log.error("round failed", programme=slug, why=failures.explain(error))


def _match(work: Work, slug: str, night: datetime, now: datetime) -> str:
    return rounds.run_now(
        work.sessions,
        slug,
        work.config,
        now,
        nights.seed(night),
        pairing=work.pairing,
        turn=nights.turn(slug, night, now),
    )


def anchor(work: Work) -> None:
    """Note the head of the audit log, once a day."""
    with work.sessions.begin() as session:
        if jobs.claim(session, "anchor", midnight(work.clock()), work.clock()):
            anchors.drop(session, anchors.path(work.config), work.clock())


def midnight(now: datetime) -> datetime:
    """Return when the UTC day of *now* began."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
