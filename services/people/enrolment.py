"""Who takes part: consents given and withdrawn, joining a programme, pausing, leaving."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.pairing import returns
from services.site import audit
from services.staff import programmes


@dataclass(frozen=True, slots=True)
class Purpose:
    """One thing a person's data is used for; `version` counts changes of its words."""

    name: str
    version: int
    required: bool


PURPOSES = (
    Purpose("matching", 1, required=True),
    Purpose("conversation", 1, required=True),
    Purpose("research", 1, required=False),
    Purpose("newsletter", 1, required=False),
)


def purpose(name: str) -> Purpose:
    """Return the purpose called *name*; raise KeyError where there is none."""
    return {one.name: one for one in PURPOSES}[name]


def consent(session: Session, account_id: int, names: Iterable[str], now: datetime) -> None:
    """Record that the account agrees to each purpose in its present words, once."""
    given = consents(session, account_id)
    for name in names:
        if name in given and given[name].version == purpose(name).version:
            continue
        session.add(
            models.Consent(
                account_id=account_id, purpose=name, version=purpose(name).version, given_at=now
            )
        )
    session.flush()


def accept_terms(
    session: Session, account_id: int, programme: models.Programme, now: datetime
) -> None:
    """Record that the account agrees to the programme's own terms in their present words, once."""
    name, version = f"programme:{programme.id}", programmes.terms_version(session, programme)
    standing = consents(session, account_id).get(name)
    if standing is None or standing.version != version:
        session.add(
            models.Consent(account_id=account_id, purpose=name, version=version, given_at=now)
        )
        session.flush()


def consents(session: Session, account_id: int) -> dict[str, models.Consent]:
    """Return the consents that stand, by purpose."""
    rows = session.scalars(
        select(models.Consent)
        .where(models.Consent.account_id == account_id, models.Consent.withdrawn_at.is_(None))
        .order_by(models.Consent.given_at)
    )
    return {row.purpose: row for row in rows}


def withdraw_consent(session: Session, account_id: int, name: str, now: datetime) -> None:
    """Withdraw one consent, from this moment on."""
    standing = session.scalars(
        select(models.Consent).where(
            models.Consent.account_id == account_id,
            models.Consent.purpose == name,
            models.Consent.withdrawn_at.is_(None),
        )
    )
    for row in standing:
        row.withdrawn_at = now
    audit.record(
        session,
        now=now,
        actor=f"account:{account_id}",
        action="consent.withdraw",
        subject=f"account:{account_id}",
        purpose=name,
    )


def may_take_part(session: Session, account: models.Account) -> bool:
    """Whether the account is an adult's and every required consent stands."""
    given = consents(session, account.id)
    return account.adult_at is not None and all(
        one.name in given for one in PURPOSES if one.required
    )


def open_programmes(session: Session, now: datetime) -> list[models.Programme]:
    """Return the programmes one can join now, the oldest first."""
    closed = models.Programme.closed_at
    return list(
        session.scalars(
            select(models.Programme)
            .where(models.Programme.opened_at <= now, closed.is_(None) | (closed > now))
            .order_by(models.Programme.opened_at, models.Programme.id)
        )
    )


def of(session: Session, account_id: int) -> list[models.Participant]:
    """Return the account's places in programmes, the newest first."""
    return list(
        session.scalars(
            select(models.Participant)
            .where(models.Participant.account_id == account_id)
            .order_by(models.Participant.joined_at.desc(), models.Participant.id.desc())
        )
    )


def join(
    session: Session, account_id: int, programme: models.Programme, now: datetime
) -> models.Participant:
    """Give the account its place in *programme*, or return the one it has, taken up again."""
    found = session.scalars(
        select(models.Participant).where(
            models.Participant.account_id == account_id,
            models.Participant.programme_id == programme.id,
        )
    ).one_or_none()
    if found is not None:
        return_to(session, found, now)
        return found
    participant = models.Participant(
        account_id=account_id, programme_id=programme.id, first_name="", joined_at=now
    )
    session.add(participant)
    session.flush()
    return participant


def pause(session: Session, participant: models.Participant, now: datetime) -> None:
    """Take a break: no new pair is proposed; what is arranged already stays."""
    if participant.paused_at is None:
        participant.paused_at = now
        participant.waiting_since = None
        session.flush()


def return_to(session: Session, participant: models.Participant, now: datetime) -> None:
    """End a break, or come back after leaving; waiting begins anew."""
    if participant.paused_at is None and participant.withdrawn_at is None:
        return
    participant.paused_at = participant.withdrawn_at = None
    if participant.completed_at is not None:
        participant.waiting_since = now
        returns.note(participant, now)
    session.flush()


def leave(session: Session, participant: models.Participant, now: datetime) -> None:
    """Leave the programme; the profile stays until it is erased or taken up again."""
    if participant.withdrawn_at is None:
        participant.withdrawn_at = now
        participant.waiting_since = None
        session.flush()
