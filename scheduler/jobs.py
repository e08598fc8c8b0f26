"""The timed jobs: each scans for what is due, so none depends on having run before.

A job may run in several processes at once. What it does is done once, because the row that says
so (a mail's cause, a conversation's state, a job's turn) is written in the transaction of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session, sessionmaker

from services.conversations import followups, offers
from services.letters import mail
from services.pairing import (
    invitations,
    lobby,
    nights,
    publishing,
    reminders,
    returns,
    rounds,
    standby,
)
from services.pairing.lobby import Choosing
from services.pairing.rounds import Pairing
from services.people import retention
from services.safety import apart, cases
from services.site import anchors, failures, jobs
from services.site.config import Config
from services.site.crypto import KeyStore
from services.site.secrets import Secrets
from services.staff import guests, halves, imports

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
    choosing: Choosing = lobby.choose


def send_mail(work: Work) -> None:
    """Send what is due, in transactions of its own."""
    mail.send_due(work.sessions, work.config, work.secrets, work.clock())


def take_in(work: Work) -> None:
    """Take in the guest lists that staff confirmed, in transactions of their own."""
    imports.apply_due(work.sessions, work.clock())


def invite(work: Work) -> None:
    """Write the letters to guests who are to be invited, in transactions of their own."""
    guests.tell_due(work.sessions, work.config, work.secrets, work.clock())


def tell(work: Work) -> None:
    """Write the letters of new invitations, in transactions of their own."""
    publishing.tell_due(work.sessions, work.config, work.clock())


def remind(work: Work) -> None:
    """Remind of conversations and of invitations that wait."""
    with work.sessions.begin() as session:
        reminders.remind_due(session, work.clock(), work.config)
        invitations.remind_due(session, work.clock(), work.config)


def ask_halves(work: Work) -> None:
    """Write to both halves of a wait-list, in the last days before the waiting one begins."""
    with work.sessions.begin() as session:
        halves.ask_due(session, work.clock(), work.config)


def follow_up(work: Work) -> None:
    """Propose a second conversation after three weeks; ask what stayed after 4 and 12."""
    with work.sessions.begin() as session:
        followups.propose_due(session, work.clock(), work.config)
        followups.ask_due(session, work.clock(), work.config)


def pair_lobbies(work: Work) -> None:
    """Pair who waits in the lobbies of drop-in hours, and end the waits that are over."""
    lobby.run(work.sessions, work.clock(), work.choosing)


def expire(work: Work) -> None:
    """End invitations and offers that stood long enough."""
    with work.sessions.begin() as session:
        invitations.expire_due(session, work.clock(), work.config)
        offers.expire_due(session, work.clock())


def miss(work: Work) -> None:
    """Say which conversations did not come about; thank those who stood by."""
    with work.sessions.begin() as session:
        reminders.miss_due(session, work.clock(), work.config)
        standby.credit_due(session, work.clock())


def close(work: Work) -> None:
    """Close conversations everybody went out of."""
    with work.sessions.begin() as session:
        reminders.close_due(session, work.clock())


def watch_cases(work: Work) -> None:
    """Tell whoever is on duty of reports that wait, and close cases nobody objected to.

    Take back what is still promised between people who are kept apart.
    """
    with work.sessions.begin() as session:
        apart.undo(session, work.clock(), work.config)
        cases.alarm_due(session, work.clock(), work.config)
        cases.close_due(session, work.clock())


def forget(work: Work) -> None:
    """Destroy and delete what was kept long enough."""
    with work.sessions.begin() as session:
        retention.purge_conversations(session, work.keys, work.clock(), work.config)
        retention.purge_evidence(session, work.keys, work.clock(), work.config)
        retention.purge_mail(session, work.clock(), work.config)
        retention.purge_guests(session, work.clock(), work.config)


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


def look_again(work: Work) -> None:
    """Look for those who came back into a pool, programme by programme."""
    now = work.clock()
    with work.sessions() as session:
        slugs = returns.due(session, now)
    for slug in slugs:
        try:
            log.info("round", said=_look_again(work, slug, now))
        except Exception as error:
            log.error("round failed", programme=slug, why=failures.explain(error))


def _look_again(work: Work, slug: str, now: datetime) -> str:
    return rounds.run_now(
        work.sessions,
        slug,
        work.config,
        now,
        returns.seed(now),
        pairing=work.pairing,
        turn=returns.turn(slug, now),
        returned=True,
    )


def anchor(work: Work) -> None:
    """Note the head of the audit log, once a day."""
    with work.sessions.begin() as session:
        if jobs.claim(session, "anchor", midnight(work.clock()), work.clock()):
            anchors.drop(session, anchors.path(work.config), work.clock())


def midnight(now: datetime) -> datetime:
    """Return when the UTC day of *now* began."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
