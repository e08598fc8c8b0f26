"""Every migration goes up, down and up again, and the models are what it ends at."""

from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session

from models import Base
from services.site import schema
from tests import factories


def test_the_models_are_what_the_migrations_end_at(main_engine: Engine):
    schema.check(main_engine)


def test_up_down_up_with_rows_leaves_the_same_tables(main_engine: Engine, keys_engine: Engine):
    before = sorted(inspect(main_engine).get_table_names())
    with Session(main_engine) as session, session.begin():
        town = factories.programme(session)
        people = [factories.participant(session, town) for _ in range(2)]
        factories.pair(session, *people)

    schema.downgrade(main_engine, "base")
    assert inspect(main_engine).get_table_names() == ["alembic_version"]
    assert not schema.is_current(main_engine)
    schema.upgrade(main_engine, keys_engine)

    assert sorted(inspect(main_engine).get_table_names()) == before
    assert set(Base.metadata.tables) <= set(before)
    assert schema.is_current(main_engine)
