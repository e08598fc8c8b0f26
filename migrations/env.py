"""Alembic's environment: the main database, one transaction for all of it."""

from alembic import context
from sqlalchemy import Connection

from models import Base, engine
from models.base import UTCDateTime


def include_object(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
    """Leave tables alone that are not ours."""
    return not (kind == "table" and name == "alembic_version")


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own kind of time as what it is stored as."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Run what was asked for on *connection*."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=include_object,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    migrate(connection)
else:
    url = context.config.get_main_option("sqlalchemy.url") or "sqlite://"
    with engine.create(url).begin() as made:
        migrate(made)
