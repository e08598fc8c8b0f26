"""Where guides lie on disk, and the exact text of one kept for the conversations that follow it."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

import models
from conversation import guide

FOLDER = Path(__file__).parent.parent / "guides"
FALLBACK = "en"


class NoSuchGuide(ValueError):
    """No file has this guide; the message names the slug and those there are."""


def store(
    session: Session, slug: str, language: str, now: datetime, folder: Path = FOLDER
) -> models.GuideVersion:
    """Return the guide *slug* in *language* as it stands now, in English where that is missing.

    Its content hash is the key, so an unchanged guide is kept once. Raises NoSuchGuide, or the
    conversation's GuideError naming file and key.
    """
    file = _find(slug, language, folder)
    text = file.read_text(encoding="utf-8")
    read = guide.parse(text, file.name)
    found = session.get(models.GuideVersion, read.digest)
    if found is not None:
        return found
    made = models.GuideVersion(
        digest=read.digest, slug=read.slug, language=read.language, text=text, stored_at=now
    )
    session.add(made)
    session.flush()
    return made


def _find(slug: str, language: str, folder: Path) -> Path:
    files = {path.name.removesuffix(".toml"): path for path in sorted(folder.glob("*.toml"))}
    for tag in (language, language.split("-", maxsplit=1)[0], FALLBACK):
        if f"{slug}.{tag}" in files:
            return files[f"{slug}.{tag}"]
    raise NoSuchGuide(f"{folder}: no guide {slug!r}. There are: {', '.join(files)}.")
