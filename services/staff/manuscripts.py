"""Where the texts of guides and questionnaires lie: files, and versions written in the browser.

A version takes the place of the file of its name and language from when it is kept. None is ever
changed or deleted.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import and_, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import ManuscriptVersion
from services.site import audit

ROOT = Path(__file__).parents[2]
GUIDE, QUESTIONNAIRE = "guide", "questionnaire"
FOLDERS = {GUIDE: ROOT / "guides", QUESTIONNAIRE: ROOT / "questionnaires"}
FALLBACK = "en"


class Overtaken(ValueError):
    """Somebody kept another version meanwhile; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The TOML text of a guide or questionnaire; `number` is its version, 0 for a file."""

    slug: str
    language: str
    text: str
    number: int = 0

    @property
    def source(self) -> str:
        """What errors call it: its file's name, and the version where it is one."""
        name = f"{self.slug}.{self.language}.toml"
        return f"{name} version {self.number}" if self.number else name


def tags(language: str) -> tuple[str, ...]:
    """Return the languages looked for, in order: the one asked for, without its region, English."""
    return tuple(dict.fromkeys((language, language.split("-", maxsplit=1)[0], FALLBACK)))


def find(
    session: Session, kind: str, slug: str, language: str, folder: Path | None = None
) -> Manuscript | None:
    """Return the text that counts for *slug* in *language*, in English where that is missing."""
    newest = {one.language: one for one in _newest(session, kind, slug)}
    files = in_files(kind, folder)
    for tag in tags(language):
        if tag in newest:
            return newest[tag]
        if (slug, tag) in files:
            return read(slug, tag, files[slug, tag])
    return None


def read(slug: str, language: str, file: Path) -> Manuscript:
    """Return the text of a *file*."""
    return Manuscript(slug, language, file.read_text(encoding="utf-8"))


def in_files(kind: str, folder: Path | None = None) -> dict[tuple[str, str], Path]:
    """Return the files there are, by slug and language."""
    found = {}
    for path in sorted((folder or FOLDERS[kind]).glob("*.toml")):
        slug, _, language = path.name.removesuffix(".toml").partition(".")
        found[slug, language] = path
    return found


def names(session: Session, kind: str) -> list[tuple[str, str]]:
    """Return the slug and language of every text there is, sorted."""
    table = ManuscriptVersion
    rows = session.execute(select(table.slug, table.language).where(table.kind == kind).distinct())
    return sorted({(row.slug, row.language) for row in rows} | in_files(kind).keys())


def versions(session: Session, kind: str, slug: str, language: str) -> list[ManuscriptVersion]:
    """Return what was written of a text, the newest first."""
    table = ManuscriptVersion
    return list(
        session.scalars(
            select(table)
            .where(table.kind == kind, table.slug == slug, table.language == language)
            .order_by(table.number.desc())
        )
    )


def keep(
    session: Session, kind: str, written: Manuscript, now: datetime, account_id: int
) -> ManuscriptVersion:
    """Keep what was *written* on top of version `written.number`; it counts from now on.

    Raises Overtaken where the newest is another: nothing is written over unseen.
    """
    made = ManuscriptVersion(
        kind=kind,
        slug=written.slug,
        language=written.language,
        number=written.number + 1,
        text=written.text,
        at=now,
        account_id=account_id,
    )
    known = versions(session, kind, written.slug, written.language)
    if max((one.number for one in known), default=0) != written.number:
        raise Overtaken(written.slug)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise Overtaken(written.slug) from None
    audit.record(
        session,
        now=now,
        actor=f"account:{account_id}",
        action=f"{kind}.version",
        subject=f"{kind}:{written.slug}.{written.language}",
        number=made.number,
    )
    return made


def _newest(session: Session, kind: str, slug: str) -> list[Manuscript]:
    table = ManuscriptVersion
    last = (
        select(table.language, func.max(table.number).label("number"))
        .where(table.kind == kind, table.slug == slug)
        .group_by(table.language)
        .subquery()
    )
    rows = session.scalars(
        select(table)
        .join(last, and_(table.language == last.c.language, table.number == last.c.number))
        .where(table.kind == kind, table.slug == slug)
    )
    return [Manuscript(one.slug, one.language, one.text, one.number) for one in rows]
