"""One Earshot on disk: made, migrated, copied while it runs, checked against its anchor."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete

from models import AuditEntry
from services.site import anchors, audit, crypto, platform, schema
from services.site.config import Config, ConfigError
from services.site.platform import Platform
from tests.conftest import ROOT
from tests.factories import NOW


@pytest.fixture
def made(config: Config, secret) -> Iterator[Platform]:
    built = platform.build(config, secret)
    schema.upgrade(built.engine, built.keys_engine)
    yield built
    built.engine.dispose()
    built.keys_engine.dispose()


def environment(folder: Path) -> dict[str, str]:
    return {
        "EARSHOT_DATABASE_URL": f"sqlite:///{folder / 'new' / 'main.sqlite3'}",
        "EARSHOT_DATABASE_KEYS": f"sqlite:///{folder / 'apart' / 'keys.sqlite3'}",
        "EARSHOT_SITE_SECRETS": str(folder / "new" / "secrets.toml"),
    }


def test_migrating_makes_what_is_missing_once(tmp_path: Path):
    first, second = (
        list(platform.migrate(ROOT / "config.toml", environment(tmp_path))) for _ in range(2)
    )

    assert "Made secrets in" in first[0]
    assert first[1].startswith("The database is at ")
    assert len(second) == 1
    assert second[0].startswith("Nothing to do: at ")


def test_what_was_migrated_can_be_worked_with(tmp_path: Path):
    list(platform.migrate(ROOT / "config.toml", environment(tmp_path)))

    loaded = platform.load(ROOT / "config.toml", environment(tmp_path))

    loaded.require_tables()
    with loaded.sessions() as session:
        assert audit.last(session) is None
    assert crypto.create_key(loaded.keys, "conversation:1", NOW)


def test_a_database_without_tables_is_refused(config: Config, secret, tmp_path: Path):
    empty = platform.load(
        ROOT / "config.toml",
        environment(tmp_path) | {"EARSHOT_SITE_SECRETS": config.site.secrets},
    )

    with pytest.raises(ConfigError, match=r"not at this version's tables\. .*earshot migrate"):
        empty.require_tables()
    with pytest.raises(ConfigError, match="earshot migrate"):
        list(platform.backup(empty, tmp_path / "copies", NOW))
    assert not (tmp_path / "copies").exists()


def test_a_copy_holds_what_was_committed_and_the_keys_lie_apart(made: Platform, tmp_path: Path):
    key = crypto.create_key(made.keys, "conversation:1", NOW)
    with made.sessions.begin() as session:
        audit.record(session, now=NOW, actor="x", action="y", subject="z")

    said = list(platform.backup(made, tmp_path / "copies", NOW))

    keys = tmp_path / "copies" / "keys" / "earshot-keys-20261007T120000Z.sqlite3"
    assert said[-1] == f"Written: {keys}"
    with sqlite3.connect(keys) as copy:
        assert copy.execute("SELECT subject FROM conversation_keys").fetchall() == [
            ("conversation:1",)
        ]
    copy.close()
    assert key not in keys.read_bytes()
    if made.engine.dialect.name == "postgresql":
        assert said[0] == "main: on PostgreSQL use pg_dump; nothing was written."
        return
    main = tmp_path / "copies" / "main" / "earshot-main-20261007T120000Z.sqlite3"
    with sqlite3.connect(main) as copy:
        assert copy.execute("SELECT count(*) FROM audit_entries").fetchone() == (1,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    assert not list((tmp_path / "copies").rglob("*.part"))


def test_a_store_on_postgresql_is_left_to_its_own_tools(made: Platform, tmp_path: Path):
    address = "postgresql+psycopg://nowhere.invalid/earshot"
    config = replace(made.config, database=replace(made.config.database, keys=address))
    split = platform.build(config, made.secrets)

    said = list(platform.backup(split, tmp_path / "copies", NOW))

    assert said[-1] == "keys: on PostgreSQL use pg_dump; nothing was written."
    split.engine.dispose()


def test_a_whole_log_is_found_whole_and_a_cut_one_is_not(made: Platform):
    with made.sessions.begin() as session:
        for _ in range(3):
            audit.record(session, now=NOW, actor="x", action="y", subject="z")
        anchors.drop(session, anchors.path(made.config), NOW)
    assert platform.verify_audit(made) == []

    with made.sessions.begin() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.seq == 3))

    assert platform.verify_audit(made) == ["the log no longer holds line 3 as it was anchored"]
