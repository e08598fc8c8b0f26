"""What a command works with: settings, secrets, databases; and what keeps them whole."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from models import engine
from services.site import anchors, audit, config, schema, secrets
from services.site.config import Config, ConfigError
from services.site.crypto import KeyStore
from services.site.secrets import Secrets


@dataclass(frozen=True, slots=True, repr=False)
class Platform:
    """One Earshot: its settings, secrets and two databases."""

    config: Config
    secrets: Secrets
    engine: Engine
    keys_engine: Engine

    @property
    def sessions(self) -> sessionmaker[Session]:
        """Sessions on the main database."""
        return sessionmaker(self.engine)

    @property
    def keys(self) -> KeyStore:
        """The store of conversation keys."""
        return KeyStore(sessionmaker(self.keys_engine), self.secrets.masters)

    def close(self) -> None:
        """Let go of the connections to both databases."""
        self.engine.dispose()
        self.keys_engine.dispose()

    def require_tables(self) -> None:
        """Raise ConfigError unless the database is at this version's tables."""
        if not schema.is_current(self.engine):
            raise ConfigError(
                f"The database {_shown(self.engine)} is not at this version's tables. "
                "Nothing was changed. Run `earshot migrate`."
            )


def load(path: Path, environment: Mapping[str, str]) -> Platform:
    """Read the settings and secrets named by *path* and the environment; raise ConfigError."""
    settings = config.load(path, environment)
    return build(settings, secrets.load(Path(settings.site.secrets), environment))


def build(settings: Config, known: Secrets) -> Platform:
    """Return the platform of *settings*, making the folders its SQLite files lie in."""
    for url in (settings.database.url, settings.database.keys):
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return Platform(
        settings,
        known,
        engine.create(settings.database.url),
        engine.create(settings.database.keys),
    )


def migrate(path: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Make secrets where there are none and update both databases; yield what was done."""
    settings = config.load(path, environment)
    file = Path(settings.site.secrets)
    if secrets.create(file):
        yield f"Made secrets in {file}. Back them up apart from the databases."
    made = build(settings, secrets.load(file, environment))
    before = schema.revision(made.engine)
    after = schema.upgrade(made.engine, made.keys_engine)
    made.close()
    yield f"The database is at {after}." if before != after else f"Nothing to do: at {after}."


def backup(platform: Platform, folder: Path, now: datetime) -> Iterator[str]:
    """Copy each SQLite database into *folder*, consistent, in one step; yield what was written.

    The key store goes into a folder of its own, to be kept apart from the rest.
    """
    platform.require_tables()
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    for name, source in (("main", platform.engine), ("keys", platform.keys_engine)):
        if source.dialect.name != "sqlite" or source.url.database is None:
            yield f"{name}: on PostgreSQL use pg_dump; nothing was written."
            continue
        target = folder / name / f"earshot-{name}-{stamp}.sqlite3"
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(Path(source.url.database), target)
        yield f"Written: {target}"


def verify_audit(platform: Platform) -> list[str]:
    """Return what is wrong with the audit log, nothing where it is whole and holds its anchor."""
    platform.require_tables()
    anchor = anchors.last(anchors.path(platform.config))
    with platform.sessions() as session:
        return list(audit.problems(session, anchor))


def _copy(source: Path, target: Path) -> None:
    unfinished = target.with_suffix(".part")
    with sqlite3.connect(source) as origin, sqlite3.connect(unfinished) as copy:
        origin.backup(copy, pages=-1)
    origin.close()
    copy.close()
    unfinished.rename(target)


def _shown(made: Engine) -> str:
    return made.url.render_as_string(hide_password=True)
