"""Anchors of the audit log: its head, noted every day in a file outside the database."""

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from services.site import audit
from services.site.config import Config, ConfigError

NAME = "audit-anchors.txt"


def path(config: Config) -> Path:
    """Return the file of anchors: beside the secrets, whichever database is used."""
    return Path(config.site.secrets).with_name(NAME)


def drop(session: Session, file: Path, now: datetime) -> None:
    """Append the head of the log to *file* as `time sequence hash`; nothing for an empty log."""
    head = audit.last(session)
    if head is None:
        return
    with file.open("a", encoding="ascii") as lines:
        lines.write(f"{now.isoformat()} {head.seq} {head.hash}\n")
        lines.flush()
        os.fsync(lines.fileno())


def last(file: Path) -> tuple[int, str] | None:
    """Return the newest anchor as (sequence, hash), None before the first.

    The log is a chain, so the newest one covers all lines before it. Raises ConfigError where the
    file was damaged.
    """
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    if not lines:
        return None
    match lines[-1].split():
        case [_, seq, digest] if seq.isdecimal():
            return int(seq), digest
    raise ConfigError(
        f"{file}: line {len(lines)} is no anchor. Nothing was changed. "
        "Restore the file from its backup, or remove that line if writing it was cut off."
    )


def when(file: Path) -> datetime | None:
    """Return when the newest anchor was dropped, None before the first or where it is damaged."""
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
        return datetime.fromisoformat(lines[-1].split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
