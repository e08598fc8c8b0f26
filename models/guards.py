"""What the database itself refuses: a pair, or a conversation, of two people who are kept apart.

Every way to a conversation ends in a row of `pairs` or `conversations`; a trigger on both looks
into `exclusions` and refuses where the reason is `blocked` or `reported`. On PostgreSQL it reads
the row FOR SHARE, so that a block that is being written at the same moment is waited for; on SQLite
there is one writer at a time.
"""

from typing import Final

from sqlalchemy import Connection

REFUSAL: Final = "these two are kept apart"
NAME: Final = "never_again"

_PEOPLE: Final = {
    "pairs": "NEW.first_id, NEW.second_id",
    "conversations": "(SELECT first_id FROM pairs WHERE id = NEW.pair_id), "
    "(SELECT second_id FROM pairs WHERE id = NEW.pair_id)",
}
_KEYS: Final = """
    SELECT min(accounts.key) AS low, max(accounts.key) AS high FROM participants
    JOIN accounts ON accounts.id = participants.account_id WHERE participants.id IN ({people})
"""
_SQLITE: Final = """
CREATE TRIGGER {name}_{table} BEFORE INSERT ON {table}
WHEN EXISTS (
    SELECT 1 FROM exclusions JOIN ({keys}) AS two
    ON exclusions.low = two.low AND exclusions.high = two.high
    WHERE exclusions.reason IN ('blocked', 'reported')
)
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION {name}_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE why text;
BEGIN
    SELECT exclusions.reason INTO why FROM exclusions JOIN ({keys}) AS two
    ON exclusions.low = two.low AND exclusions.high = two.high FOR SHARE OF exclusions;
    IF why IN ('blocked', 'reported') THEN
        RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
_TRIGGER: Final = """
CREATE TRIGGER {name}_{table} BEFORE INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION {name}_{table}()
"""


def create(connection: Connection) -> None:
    """Set the guards, where they do not stand."""
    drop(connection)
    postgresql = connection.dialect.name == "postgresql"
    for table, people in _PEOPLE.items():
        keys = _KEYS.format(people=people)
        words = {"name": NAME, "table": table, "keys": keys, "refusal": REFUSAL}
        for statement in (_FUNCTION, _TRIGGER) if postgresql else (_SQLITE,):
            connection.exec_driver_sql(statement.format(**words))


def drop(connection: Connection) -> None:
    """Take the guards away: while tables change under them, and in a test that needs a hole."""
    there = connection.dialect.get_table_names(connection)
    for table in _PEOPLE:
        if connection.dialect.name != "postgresql":
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {NAME}_{table}")
        elif table in there:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {NAME}_{table} ON {table}")
