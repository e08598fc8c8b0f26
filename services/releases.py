"""Releases: a closed month's tables, drawn once, stored, served as the same bytes ever after."""

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from disclosure import files
from disclosure import release as disclosed
from disclosure.period import Month
from disclosure.release import Mechanism, Suppression
from disclosure.suppression import THRESHOLD
from models import engine
from services import audit, menu, questionnaires
from services.funnel import Span

SUPPRESSION = Suppression()


class ReleaseError(ValueError):
    """A release cannot be made or written; the message says why, what was kept, what to do."""


class UnknownProgramme(ReleaseError):
    """No programme has this slug."""

    def __init__(self, slug: str, known: Sequence[str]) -> None:
        listed = ", ".join(known) or "none yet"
        super().__init__(f"There is no programme {slug!r}. Known: {listed}. Nothing was made.")


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


@dataclass(frozen=True, slots=True)
class Sheet:
    """A published table as people read it: rows of labels and people; None is hidden."""

    name: str
    title: str
    rows: tuple[tuple[tuple[str, ...], int | None], ...]

    @property
    def shown(self) -> int:
        """How many figures are not hidden."""
        return sum(people is not None for _labels, people in self.rows)


def programme(session: Session, slug: str) -> models.Programme:
    """Return the programme with this slug; raise UnknownProgramme, which names those there are."""
    found = session.scalars(select(models.Programme).where(models.Programme.slug == slug)).first()
    if found is None:
        known = session.scalars(select(models.Programme.slug).order_by(models.Programme.slug))
        raise UnknownProgramme(slug, known.all())
    return found


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


def draw(
    session: Session,
    of: models.Programme,
    month: Month,
    now: datetime,
    mechanism: Mechanism = SUPPRESSION,
) -> disclosed.Release:
    """Draw the tables of *month* without storing them; raise BadMonth or OpenMonth."""
    span = _span(of, month, now)
    asked = [questionnaires.load(of.questionnaire, tag) for tag in of.languages]
    exact = menu.tables(session, of, asked, span)
    return disclosed.draw(of.slug, of.title, month, exact, mechanism)


def publish(
    session: Session,
    slug: str,
    month: Month,
    now: datetime,
    account_id: int | None = None,
) -> models.Release:
    """Return the release of *month*, drawn and stored now if that was not done before.

    Two who publish at once get the same release. Raises UnknownProgramme, BadMonth, OpenMonth.
    """
    of = programme(session, slug)
    found = stored(session, of, month)
    if found:
        return found
    drawn = draw(session, of, month, now)
    engine.write_lock(session)
    session.scalars(
        select(models.Programme).where(models.Programme.id == of.id).with_for_update()
    ).one()
    return stored(session, of, month) or _store(session, of, drawn, now, account_id)


def export(session: Session, release: models.Release, out: Path) -> list[Path]:
    """Write a stored release below *out*, packed and unpacked; return the files' paths.

    Commit before this, so that nothing leaves the house that is not stored. Raises OSError
    naming the file.
    """
    name = archive_name(session, release)
    return _write(out / name, release.archive, out / name.removesuffix(".zip"))


def archive_name(session: Session, release: models.Release) -> str:
    """Return what the file of a release is called."""
    slug = session.get_one(models.Programme, release.programme_id).slug
    return f"earshot-{slug}-{release.period}.zip"


def read_month(text: str) -> Month:
    """Read "2026-10"; raise BadMonth."""
    try:
        return Month.parse(text)
    except ValueError as error:
        raise BadMonth(f"{error}. Nothing was made.") from None


def sheets(packed: bytes) -> list[Sheet]:
    """Return the tables of an archive for people to read."""
    contents = files.unpack(packed)
    book = json.loads(contents[files.CODEBOOK])
    return [_sheet(resource, contents[resource["path"]]) for resource in book["resources"]]


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
    drawn: disclosed.Release,
    now: datetime,
    account_id: int | None,
) -> models.Release:
    packed = files.archive(files.files(drawn))
    release = models.Release(
        programme_id=of.id,
        period=str(drawn.month),
        at=now,
        account_id=account_id,
        mechanism=drawn.mechanism,
        policy={"smallest_count_shown": THRESHOLD, "epsilon": drawn.epsilon},
        digest=hashlib.sha256(packed).hexdigest(),
        archive=packed,
    )
    session.add(release)
    session.flush()
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


def _write(target: Path, packed: bytes, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    contents = {target: packed} | {
        folder / name: content for name, content in files.unpack(packed).items()
    }
    for path, content in contents.items():
        unfinished = path.with_name(f".{path.name}.part")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    return list(contents)


def _sheet(resource: dict[str, Any], content: bytes) -> Sheet:
    names = resource["schema"]["primaryKey"]
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return Sheet(
        name=resource["name"],
        title=resource["title"],
        rows=tuple(
            (
                tuple(row[f"{name}_label"] for name in names),
                int(row["people"]) if row["people"] else None,
            )
            for row in rows
        ),
    )
