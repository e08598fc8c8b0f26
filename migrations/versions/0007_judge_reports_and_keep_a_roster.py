"""Judge reports, keep a roster, call back, hint."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.create_table(
        "blocks",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], "fk_blocks_account_id_accounts", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["pairs.id"], "fk_blocks_pair_id_pairs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "pair_id", name="pk_blocks"),
    )
    op.create_table(
        "shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", time, nullable=False),
        sa.Column("ends_at", time, nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="order"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], "fk_shifts_account_id_accounts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
    )
    op.create_index("ix_shifts_account_id", "shifts", ["account_id"])
    op.create_index("ix_shifts_ends_at", "shifts", ["ends_at"])
    op.create_table(
        "callbacks",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("answered_at", time, nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            "fk_callbacks_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            "fk_callbacks_participant_id_participants",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], "fk_callbacks_account_id_accounts", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "participant_id", name="pk_callbacks"),
    )
    op.create_table(
        "decisions",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("on_appeal", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", time, nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("until", time, nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], "fk_decisions_account_id_accounts", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], "fk_decisions_report_id_reports", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "on_appeal", name="pk_decisions"),
    )
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("reported_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("holder_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("alarmed_at", time, nullable=True))
        batch.add_column(sa.Column("appealed_at", time, nullable=True))
        batch.add_column(sa.Column("appeal", sa.LargeBinary(), nullable=True))
        batch.create_foreign_key(
            "fk_reports_reported_id_participants",
            "participants",
            ["reported_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_foreign_key(
            "fk_reports_holder_id_accounts", "accounts", ["holder_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index("ix_reports_reported_id", ["reported_id"])
    # Whoever did not report is whom the report is about.
    op.execute(
        "UPDATE reports SET reported_id = (SELECT CASE WHEN pairs.first_id = reports.reporter_id "
        "THEN pairs.second_id ELSE pairs.first_id END FROM conversations "
        "JOIN pairs ON pairs.id = conversations.pair_id "
        "WHERE conversations.id = reports.conversation_id) WHERE reporter_id IS NOT NULL"
    )
    with op.batch_alter_table("programmes") as batch:
        batch.add_column(
            sa.Column("hints", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("participants") as batch:
        batch.add_column(sa.Column("hints", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("participants") as batch:
        batch.drop_column("hints")
    with op.batch_alter_table("programmes") as batch:
        batch.drop_column("hints")
    with op.batch_alter_table("reports") as batch:
        batch.drop_index("ix_reports_reported_id")
        batch.drop_constraint("fk_reports_holder_id_accounts", type_="foreignkey")
        batch.drop_constraint("fk_reports_reported_id_participants", type_="foreignkey")
        for name in ("appeal", "appealed_at", "alarmed_at", "holder_id", "reported_id"):
            batch.drop_column(name)
    for table in ("decisions", "callbacks", "shifts", "blocks"):
        op.drop_table(table)
