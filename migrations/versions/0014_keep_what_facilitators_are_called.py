"""Keep what facilitators are called where participants read it, as they are called now."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAMES = """
SELECT account_roles.account_id, COALESCE(MIN(participants.first_name), 'Facilitator')
FROM account_roles
JOIN roles ON roles.id = account_roles.role_id
LEFT JOIN participants ON participants.account_id = account_roles.account_id
WHERE roles.name IN ('facilitator', 'staff', 'admin')
GROUP BY account_roles.account_id ORDER BY account_roles.account_id
"""


def upgrade() -> None:
    table = op.create_table(
        "facilitator_names",
        sa.Column("shown", sa.String(length=96), nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            "fk_facilitator_names_account_id_accounts",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shown", name="pk_facilitator_names"),
        sa.UniqueConstraint(
            "account_id", "first_name", name="uq_facilitator_names_account_id_first_name"
        ),
    )
    given: dict[str, tuple[str, int]] = {}
    for account, first_name in op.get_bind().execute(sa.text(NAMES)):
        shown, number = first_name or "Facilitator", 1
        while shown in given:
            number += 1
            shown = f"{first_name or 'Facilitator'} {number}"
        given[shown] = (first_name or "Facilitator", account)
    rows = [
        {"shown": shown, "first_name": name, "account_id": account}
        for shown, (name, account) in given.items()
    ]
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    op.drop_table("facilitator_names")
