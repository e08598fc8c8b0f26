"""Guest lists from CSV: checked line by line first, then taken in whole or not at all."""

import json
import time
import zlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

import models
from models import engine
from services.site import audit
from services.site.secrets import Secrets
from services.staff import lists
from services.staff.lists import Checked, Progress, Row

AT_ONCE = 1_000  # guests in one transaction


class NotWhole(ValueError):
    """A list with mistakes in it cannot be taken in; nothing was changed."""


def check(
    session: Session,
    programme: models.Programme,
    file: tuple[str, bytes],
    secrets: Secrets,
    progress: Progress | None = None,
) -> Checked:
    """Say what taking in *file* (its name, its bytes) would do, line by line; changes nothing."""
    name, data = file
    return compare(session, programme, lists.read(name, data, programme, secrets, progress))


def compare(session: Session, programme: models.Programme, found: Checked) -> Checked:
    """Leave out of *found* whom the programme knows; changes nothing."""
    guests = dict(
        iter(
            session.execute(
                select(models.Guest.key, models.Guest.refused_at).where(
                    models.Guest.programme_id == programme.id
                )
            )
        )
    )
    members = set(
        session.scalars(
            select(models.Account.key)
            .join(models.Participant)
            .where(models.Participant.programme_id == programme.id)
        )
    )
    fresh = []
    for row in found.rows:
        if row[1] in members:
            found.members += 1
        elif row[1] not in guests:
            fresh.append(row)
        elif guests[row[1]] is None:
            found.known += 1
        else:
            found.refused += 1
    found.rows = fresh
    found.languages = Counter(row[3] for row in fresh)
    return found


def sayings(found: Checked) -> list[str]:
    """Say in plain sentences what taking a file in would do, what is wrong first."""
    said = [
        f"{found.name}: {f'line {line}: ' if line else ''}{f'{column}: ' if column else ''}{why}"
        for line, column, why in found.problems
    ]
    if found.wrong > len(said):
        said.append(f"{found.name}: and {found.wrong - len(said)} more things like these.")
    counts = (
        (len(found.rows), "new"),
        (found.twice, "named twice"),
        (found.known, "guests already"),
        (found.members, "taking part already"),
        (found.refused, "asked not to be written to"),
    )
    people = ", ".join(f"{count} {what}" for count, what in counts if count or what == "new")
    said.append(f"{found.lines} lines ({found.encoding or 'not read'}): {people}.")
    if found.ignored:
        said.append(f"Columns nothing is done with: {', '.join(found.ignored)}.")
    return said


def keep(
    session: Session,
    programme: models.Programme,
    found: Checked,
    now: datetime,
    account_id: int | None = None,
) -> models.GuestList:
    """Keep a checked list until somebody confirms it or it is thrown away."""
    made = models.GuestList(
        programme_id=programme.id,
        account_id=account_id,
        name=found.name,
        report=found.report(),
        rows=b"" if found.wrong else zlib.compress(json.dumps(found.rows).encode(), 1),
        total=len(found.rows),
        at=now,
    )
    session.add(made)
    session.flush()
    return made


def confirm(session: Session, of: models.GuestList, now: datetime) -> None:
    """Say that a checked list is to be taken in; raise NotWhole where something is wrong."""
    if of.report["wrong"] or not of.total:
        raise NotWhole("The list has mistakes in it or adds nobody. Nothing was taken in.")
    if of.confirmed_at is None:
        of.confirmed_at = now
        session.flush()


def discard(session: Session, of: models.GuestList) -> None:
    """Throw a list away that nobody confirmed."""
    if of.confirmed_at is None:
        session.delete(of)
        session.flush()


def apply(
    sessions: sessionmaker[Session],
    number: int,
    now: datetime,
    progress: Progress | None = None,
) -> int:
    """Take in the confirmed list *number*, some at a time; return how many guests it has.

    Commits after each part and goes on where a process that died left off. Nobody sees a guest
    before the last part, which marks the list finished.
    """
    with sessions() as session:
        of = session.get_one(models.GuestList, number)
        if of.confirmed_at is None or of.finished_at is not None:
            return of.total
        rows: list[Row] = json.loads(zlib.decompress(of.rows))
        start, programme = of.done, of.programme_id
    for begin in range(start, len(rows), AT_ONCE):
        part = rows[begin : begin + AT_ONCE]
        with sessions.begin() as session:
            _insert(session, programme, number, part)
            session.execute(
                update(models.GuestList)
                .where(models.GuestList.id == number)
                .values(done=begin + len(part))
            )
        if progress:
            progress(begin + len(part), len(rows))
        time.sleep(0)  # lets others of this process in between two parts
    with sessions.begin() as session:
        _finish(session, number, now)
    return len(rows)


def apply_due(sessions: sessionmaker[Session], now: datetime) -> int:
    """Take in every confirmed list that is not in yet; return how many there were."""
    with sessions() as session:
        due = session.scalars(
            select(models.GuestList.id)
            .where(
                models.GuestList.confirmed_at.is_not(None), models.GuestList.finished_at.is_(None)
            )
            .order_by(models.GuestList.id)
        ).all()
    for number in due:
        apply(sessions, number, now)
    return len(due)


def _insert(session: Session, programme: int, number: int, rows: Iterable[Row]) -> None:
    session.execute(
        engine.insert(session, models.Guest).on_conflict_do_nothing(),
        [
            {
                "programme_id": programme,
                "list_id": number,
                "email": email,
                "key": key,
                "first_name": first_name,
                "locale": locale,
                "zone": zone,
            }
            for email, key, first_name, locale, zone in rows
        ],
    )


def _finish(session: Session, number: int, now: datetime) -> None:
    finished = session.scalars(
        update(models.GuestList)
        .where(models.GuestList.id == number, models.GuestList.finished_at.is_(None))
        .values(finished_at=now, rows=b"")
        .returning(models.GuestList.account_id)
    ).all()
    for account_id in finished:
        audit.record(
            session,
            now=now,
            actor=f"account:{account_id}" if account_id else "command line",
            action="guests.import",
            subject=f"guest_list:{number}",
        )
