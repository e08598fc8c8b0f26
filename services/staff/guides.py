"""Which guide a conversation follows, and its exact text kept for as long as it does."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

import models
from conversation import guide
from models import engine
from services.staff import manuscripts
from services.staff.manuscripts import GUIDE, Manuscript


class NoSuchGuide(ValueError):
    """Nothing has this guide; the message names the slug and those there are."""


def store(
    session: Session, slug: str, language: str, now: datetime, folder: Path | None = None
) -> models.GuideVersion:
    """Return the guide *slug* in *language* as it stands now, in English where that is missing.

    Its content hash is the key, so an unchanged guide is kept once. Raises NoSuchGuide, or the
    conversation's GuideError naming text and key.
    """
    found = _find(session, slug, language, folder)
    read = guide.parse(found.text, found.source)
    kept = session.get(models.GuideVersion, read.digest)
    return kept or _keep(session, read, found.text, now)


def read(session: Session, slug: str, language: str, folder: Path | None = None) -> guide.Guide:
    """Return the guide *slug* as `store` would keep it; raise NoSuchGuide or GuideError."""
    found = _find(session, slug, language, folder)
    return guide.parse(found.text, found.source)


def slugs(session: Session) -> list[str]:
    """Return the slugs of the guides there are."""
    return sorted({slug for slug, _language in manuscripts.names(session, GUIDE)})


def _keep(session: Session, read: guide.Guide, text: str, now: datetime) -> models.GuideVersion:
    """Keep a guide that was not kept yet, unless somebody else does at the same moment."""
    session.execute(
        engine.insert(session, models.GuideVersion)
        .values(
            digest=read.digest, slug=read.slug, language=read.language, text=text, stored_at=now
        )
        .on_conflict_do_nothing()
    )
    return session.get_one(models.GuideVersion, read.digest)


def _find(session: Session, slug: str, language: str, folder: Path | None) -> Manuscript:
    found = manuscripts.find(session, GUIDE, slug, language, folder)
    if found is None:
        there = ", ".join(slugs(session))
        raise NoSuchGuide(f"There is no guide {slug!r}. There are: {there}.")
    return found
