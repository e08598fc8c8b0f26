"""Keep the guests a programme invites."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guest_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_guest_lists_account_id_accounts"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_guest_lists_programme_id_programmes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_lists")),
    )
    with op.batch_alter_table("guest_lists", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guest_lists_programme_id"), ["programme_id"], unique=False
        )

    op.create_table(
        "guests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["guest_lists.id"], name=op.f("fk_guests_list_id_guest_lists")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_guests_programme_id_programmes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guests")),
        sa.UniqueConstraint("programme_id", "key", name=op.f("uq_guests_programme_id_key")),
    )
    with op.batch_alter_table("guests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guests_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_guests_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_guests_list_id"), ["list_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("guests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guests_list_id"))
        batch_op.drop_index(batch_op.f("ix_guests_key"))
        batch_op.drop_index(batch_op.f("ix_guests_asked_at"))

    op.drop_table("guests")
    with op.batch_alter_table("guest_lists", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_lists_programme_id"))

    op.drop_table("guest_lists")
