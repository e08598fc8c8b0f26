"""Drop-in hours and their lobby, standby, offers of a later conversation, commitments."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _lobby()
    _standbys()
    _offers()
    op.create_table(
        "commitments",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        _to("commitments", "conversation_id", "conversations", "CASCADE"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_commitments")),
    )


def downgrade() -> None:
    for table in ("commitments", "offers", "standbys", "arrivals", "openings"):
        op.drop_table(table)


def _lobby() -> None:
    op.create_table(
        "openings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("opens_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_openings_order")),
        _to("openings", "programme_id", "programmes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openings")),
        sa.UniqueConstraint(
            "programme_id", "opens_at", name=op.f("uq_openings_programme_id_opens_at")
        ),
    )
    _index("openings", "programme_id", "closes_at")
    op.create_table(
        "arrivals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("came_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        _to("arrivals", "opening_id", "openings"),
        _to("arrivals", "participant_id", "participants", "CASCADE"),
        _to("arrivals", "conversation_id", "conversations", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrivals")),
    )
    _index("arrivals", "opening_id", "participant_id", "state")
    _one("uq_arrivals_waiting", "arrivals", "participant_id", "state = 'waiting'")


def _standbys() -> None:
    op.create_table(
        "standbys",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("hour", MOMENT, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("called_at", MOMENT, nullable=True),
        sa.Column("credited_at", MOMENT, nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        _to("standbys", "participant_id", "participants", "CASCADE"),
        _to("standbys", "conversation_id", "conversations", "SET NULL"),
        sa.PrimaryKeyConstraint("participant_id", "hour", name=op.f("pk_standbys")),
    )
    _index("standbys", "hour")


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("guide", sa.String(64), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        _to("offers", "pair_id", "pairs", "CASCADE"),
        _to("offers", "by_id", "participants", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    _index("offers", "pair_id", "expires_at")
    _one("uq_offers_open", "offers", "pair_id", "state = 'open'")


def _to(
    table: str, column: str, other: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _one(name: str, table: str, column: str, where: str) -> None:
    """At most one row of each *column* meets *where*."""
    op.create_index(
        name,
        table,
        [column],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
