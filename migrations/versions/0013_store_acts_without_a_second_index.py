"""Store acts without a second index: who writes a place in a log has read every id before it."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NAME = "uq_room_events_conversation_id_act_id"


def upgrade() -> None:
    with op.batch_alter_table("room_events") as batch:
        batch.drop_constraint(NAME, type_="unique")


def downgrade() -> None:
    with op.batch_alter_table("room_events") as batch:
        batch.create_unique_constraint(NAME, ["conversation_id", "act_id"])
