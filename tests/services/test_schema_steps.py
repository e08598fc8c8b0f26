"""Databases are brought to a version step by step too."""

from pathlib import Path

from sqlalchemy import inspect

from models import engine
from services.site import schema


def test_an_upgrade_may_stop_on_the_way(tmp_path: Path) -> None:
    main = engine.create(f"sqlite:///{tmp_path / 'main.sqlite3'}")
    keys = engine.create(f"sqlite:///{tmp_path / 'keys.sqlite3'}")
    head = schema.upgrade(main, keys)
    schema.downgrade(main, "base")
    assert schema.upgrade(main, keys, "+1") != head
    assert not schema.is_current(main)
    assert inspect(main).has_table("accounts")
    assert schema.upgrade(main, keys) == head
    main.dispose()
    keys.dispose()
