"""Bringing databases to this version's tables."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, inspect

from models import engine
from services.site import schema
from services.site.config import Config


@pytest.fixture
def keys_engine(config: Config) -> Iterator[Engine]:
    made = engine.create(config.database.keys)
    yield made
    made.dispose()


def test_both_stores_get_their_tables(main_engine: Engine, keys_engine: Engine):
    schema.downgrade(main_engine, "base")
    assert schema.revision(main_engine) is None

    reached = schema.upgrade(main_engine, keys_engine)

    assert reached == schema.revision(main_engine)
    assert schema.is_current(main_engine)
    assert inspect(keys_engine).get_table_names() == ["conversation_keys"]
    assert "conversation_keys" not in inspect(main_engine).get_table_names()


def test_an_upgrade_changes_nothing_where_there_is_nothing_to_do(main_engine, keys_engine):
    schema.upgrade(main_engine, keys_engine)

    schema.check(main_engine)
