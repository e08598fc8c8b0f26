"""Releases: a closed month's tables, drawn once, stored, served as the same bytes ever after."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from disclosure import files
from disclosure import release as disclosed
from disclosure.laplace import Laplace
from disclosure.period import Month
from disclosure.release import Subject
from disclosure.suppression import THRESHOLD
from models import engine
from services.figures import ledger, menu
from services.figures.funnel import Span
from services.figures.looks import Look
from services.site import audit
from services.staff import programmes

GRADE = "steady"
FONTS = Path(__file__).parents[2] / "web" / "frontend" / "build" / "fonts" / "print"
"""What the front end's build cuts for print; without it, charts and report use other faces."""


class ReleaseError(ValueError):
    """A release cannot be made or written; the message says why, what was kept, what to do."""


class BadMonth(ReleaseError):
    """This is not a month a release can be about."""


class OpenMonth(ReleaseError):
    """The month is not over, so its figures could still change."""

    def __init__(self, month: Month, ends: datetime) -> None:
        self.month, self.ends = month, ends
        super().__init__(
            f"{month} is not over. A release is drawn once, so it waits until "
            f"{ends.isoformat(timespec='minutes')}. Nothing was made."
        )


class Spent(ReleaseError):
    """The budget of the year does not have room for this release."""

    def __init__(self, month: Month, grade: str) -> None:
        self.month, self.grade = month, grade
        super().__init__(
            f"{month}: twelve months around it have told as much of each person as they may. "
            f"A {grade!r} release does not fit. Nothing was made. Wait, or take a cheaper grade."
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A release that is drawn and packed but not stored: nobody has seen it yet."""

    release: disclosed.Release
    grade: str
    archive: bytes


def months(of: models.Programme, now: datetime) -> list[Month]:
    """Return the closed months *of* a programme that is or was running, the latest first."""
    zone = ZoneInfo(of.zone)
    month, first = Month.of(min(now, of.closed_at or now), zone), Month.of(of.opened_at, zone)
    found = []
    while month >= first:
        if month.closed(now, zone):
            found.append(month)
        month = month.previous()
    return found


def stored(session: Session, of: models.Programme, month: Month) -> models.Release | None:
    """Return the release of *month*, where there is one."""
    return session.scalars(
        select(models.Release).where(
            models.Release.programme_id == of.id, models.Release.period == str(month)
        )
    ).one_or_none()


def require_closed(of: models.Programme, month: Month, now: datetime) -> None:
    """Raise BadMonth or OpenMonth where *month* is not a month with figures yet."""
    _span(of, month, now)


def may(session: Session, of: models.Programme, month: Month, now: datetime, grade: str) -> None:
    """Raise BadMonth, OpenMonth or Spent where *month* cannot be released now."""
    _span(of, month, now)
    if not ledger.left(session, of, month, menu.GRADES[grade]).fits:
        raise Spent(month, grade)


def prepare(
    session: Session, of: models.Programme, month: Month, now: datetime, grade: str = GRADE
) -> Prepared:
    """Draw and pack the tables of *month*; raise BadMonth, OpenMonth or Spent.

    It takes seconds, reads only, and costs nothing until it is stored: what was drawn and not
    stored is forgotten unseen.
    """
    may(session, of, month, now, grade)
    look = Look(session, of, _span(of, month, now))
    tables, sums = menu.exact(look, menu.asked(session, of))
    shares = menu.shares([table.design for table in tables], grade)
    about = Subject(of.slug, of.title, month)
    drawn = disclosed.draw(about, tables, sums, Laplace(shares))
    return Prepared(drawn, grade, files.archive(files.files(drawn, FONTS)))


def prepare_apart(url: str, slug: str, month: Month, now: datetime, grade: str) -> Prepared:
    """Prepare on a connection of its own, for a native thread: *url* is the database's address.

    Raises NoSuchProgramme, and what `prepare` raises.
    """
    made = engine.create(url)
    try:
        with Session(made) as session:
            return prepare(session, programmes.find(session, slug), month, now, grade)
    finally:
        made.dispose()


def store(
    session: Session,
    of: models.Programme,
    prepared: Prepared,
    now: datetime,
    account_id: int | None = None,
) -> models.Release:
    """Store what was drawn with its lines in the ledger, or return what was stored before it.

    Two who publish at once get the same release. Raises Spent.
    """
    month = prepared.release.about.month
    engine.write_lock(session)
    session.scalars(
        select(models.Programme).where(models.Programme.id == of.id).with_for_update()
    ).one()
    found = stored(session, of, month)
    if found:
        return found
    may(session, of, month, now, prepared.grade)
    return _store(session, of, prepared, now, account_id)


def publish(
    session: Session, slug: str, month: Month, now: datetime, grade: str = GRADE
) -> models.Release:
    """Return the release of *month*, drawn and stored now if that was not done before.

    Raises NoSuchProgramme, BadMonth, OpenMonth, Spent.
    """
    of = programmes.find(session, slug)
    return stored(session, of, month) or store(
        session, of, prepare(session, of, month, now, grade), now
    )


def read_month(text: str) -> Month:
    """Read "2026-10"; raise BadMonth."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise BadMonth(f"{error}. Nothing was made.") from None


def _span(of: models.Programme, month: Month, now: datetime) -> Span:
    zone = ZoneInfo(of.zone)
    first = Month.of(of.opened_at, zone)
    if month < first:
        raise BadMonth(f"{of.slug} began in {first}; there is nothing before. Nothing was made.")
    if not month.closed(now, zone):
        raise OpenMonth(month, month.end(zone))
    return Span(month.start(zone), month.end(zone))


def _store(
    session: Session,
    of: models.Programme,
    prepared: Prepared,
    now: datetime,
    account_id: int | None,
) -> models.Release:
    drawn = prepared.release
    release = models.Release(
        programme_id=of.id,
        period=str(drawn.about.month),
        at=now,
        account_id=account_id,
        mechanism=drawn.mechanism,
        policy={
            "smallest_count_shown": THRESHOLD,
            "epsilon": drawn.epsilon,
            "grade": prepared.grade,
        },
        digest=hashlib.sha256(prepared.archive).hexdigest(),
        archive=prepared.archive,
    )
    session.add(release)
    session.flush()
    ledger.write(session, release, drawn)
    audit.record(
        session,
        now=now,
        actor=f"account:{account_id}" if account_id else "command-line",
        action="release.publish",
        subject=f"release:{release.id}",
        programme=of.slug,
        month=release.period,
        digest=release.digest,
    )
    return release
