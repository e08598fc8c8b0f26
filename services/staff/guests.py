"""Guests: inviting them by mail, how far that is, and finding somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

import models
from services.letters import mail
from services.site import audit
from services.site.config import Config
from services.site.secrets import Secrets
from services.staff import refusals

AT_ONCE = 25  # letters in one transaction
MOST = 200  # letters in one run of the job
FOUND = 50  # people a search shows


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the invitations of a programme are; every number counts guests.

    `uninvited` could still be invited, `due` wait for their letter, `written` have it,
    `sent` of those left the house, `failed` were given up; `joined` have taken a place in the
    programme, `refused` said no.
    """

    guests: int
    uninvited: int
    due: int
    written: int
    sent: int
    failed: int
    joined: int
    refused: int


def progress(session: Session, programme: models.Programme) -> Progress:
    """Count the guests of *programme* by how far they have come."""
    guest = models.Guest
    counts = session.execute(
        select(
            func.count(),
            func.count().filter(_could_be_asked()),
            func.count().filter(_waits_for_letter()),
            func.count(guest.told_at),
            func.count(guest.refused_at),
        ).where(_visible(programme))
    ).one()
    letters = (models.Mail.kind == refusals.KIND) & models.Mail.dedupe.like(
        _dedupe(programme.id, "%")
    )
    waits = models.Mail.next_try_at.is_not(None)
    waiting, failed = session.execute(
        select(func.count().filter(waits), func.count().filter(~waits)).where(
            letters, models.Mail.sent_at.is_(None)
        )
    ).one()
    joined = session.scalar(select(func.count()).where(_visible(programme), _has_joined())) or 0
    guests, uninvited, due, written, refused = counts
    sent = written - waiting - failed
    return Progress(guests, uninvited, due, written, sent, failed, joined, refused)


def ask_all(session: Session, programme: models.Programme, now: datetime, actor: str) -> int:
    """Want every guest invited who was not yet and has not joined; return how many."""
    asked = session.scalars(
        update(models.Guest)
        .where(_visible(programme), _could_be_asked())
        .values(asked_at=now)
        .returning(models.Guest.id)
        .execution_options(synchronize_session=False)
    ).all()
    if asked:
        audit.record(
            session,
            now=now,
            actor=actor,
            action="guests.invite",
            subject=f"programme:{programme.id}",
            people=len(asked),
        )
    return len(asked)


def tell_due(
    sessions: sessionmaker[Session], config: Config, secrets: Secrets, now: datetime
) -> int:
    """Write the letters of guests who are to be invited, some at a time; return how many.

    Letters are written while no transaction is open, and kept in short ones.
    """
    told = 0
    while told < MOST:
        with sessions() as session:
            due = _due(session)
            programmes = {
                one.id: session.get_one(models.Programme, one.programme_id) for one in due
            }
            letters = [_letter(one, programmes[one.id], config, secrets, now) for one in due]
        if not due:
            break
        with sessions.begin() as session:
            mail.put(session, letters)
            session.execute(
                update(models.Guest)
                .where(models.Guest.id.in_([one.id for one in due]))
                .values(told_at=now)
            )
        told += len(due)
    return told


def search(
    session: Session, programme: models.Programme, words: str
) -> tuple[Sequence[models.Participant], Sequence[models.Guest]]:
    """Return participants and guests whose name or address holds *words*, at most `FOUND` each."""
    like = f"%{_literal(words.strip().casefold())}%"
    person, account, guest = models.Participant, models.Account, models.Guest
    people = session.scalars(
        select(person)
        .join(account)
        .where(
            person.programme_id == programme.id,
            or_(
                func.lower(person.first_name).like(like, escape="\\"),
                func.lower(account.email).like(like, escape="\\"),
            ),
        )
        .order_by(person.first_name, person.id)
        .limit(FOUND)
    )
    guests = session.scalars(
        select(guest)
        .where(
            _visible(programme),
            guest.refused_at.is_(None),
            or_(
                func.lower(guest.first_name).like(like, escape="\\"),
                func.lower(guest.email).like(like, escape="\\"),
            ),
        )
        .order_by(guest.email)
        .limit(FOUND)
    )
    return people.all(), guests.all()


def _visible(programme: models.Programme) -> ColumnElement[bool]:
    """Whether a guest is of *programme*, on a list that is in whole (a condition)."""
    whole = exists().where(
        models.GuestList.id == models.Guest.list_id, models.GuestList.finished_at.is_not(None)
    )
    return (models.Guest.programme_id == programme.id) & whole


def _could_be_asked() -> ColumnElement[bool]:
    guest = models.Guest
    return guest.asked_at.is_(None) & guest.refused_at.is_(None) & ~_has_joined()


def _waits_for_letter() -> ColumnElement[bool]:
    guest = models.Guest
    return guest.asked_at.is_not(None) & guest.told_at.is_(None) & guest.refused_at.is_(None)


def _has_joined() -> ColumnElement[bool]:
    return exists().where(
        models.Account.key == models.Guest.key,
        models.Participant.account_id == models.Account.id,
        models.Participant.programme_id == models.Guest.programme_id,
    )


def _due(session: Session) -> list[models.Guest]:
    guest = models.Guest
    return list(
        session.scalars(select(guest).where(_waits_for_letter()).order_by(guest.id).limit(AT_ONCE))
    )


def _letter(
    guest: models.Guest,
    programme: models.Programme,
    config: Config,
    secrets: Secrets,
    now: datetime,
) -> dict[str, object]:
    page = f"{config.site.url}/p/{programme.slug}"
    return mail.written(
        to=guest,
        kind=refusals.KIND,
        dedupe=_dedupe(programme.id, str(guest.id)),
        context={
            "programme": programme.title,
            "name": guest.first_name,
            "url": page,
            "out": f"{page}/no/{refusals.token(secrets, guest.id)}",
            "days": config.retention.guest_days,
        },
        now=now,
    )


def _dedupe(programme: int, guest: str) -> str:
    return f"guest:{programme}:{guest}"


def _literal(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
