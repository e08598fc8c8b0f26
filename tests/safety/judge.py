"""A judge beside the product: notes as each transaction commits, and says who met again.

Deferred triggers on PostgreSQL write down each block, report, pair and conversation in the order in
which their transactions commit: of two that wait for each other the later one comes later. Nothing
of the product is asked, and what the product changes afterwards changes nothing here.
"""

from sqlalchemy import Connection, text

WATCHED = {
    "blocks": "NEW.pair_id",
    "reports": "(SELECT pair_id FROM conversations WHERE id = NEW.conversation_id)",
    "pairs": "NEW.id",
    "conversations": "NEW.pair_id",
}
_FUNCTION = """
CREATE FUNCTION judge_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO judged (what, pair_id) VALUES ('{table}', {pair});
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE CONSTRAINT TRIGGER judge_{table} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION judge_{table}()
"""
_BETWEEN = """
SELECT least(one.account_id, two.account_id) AS low,
    greatest(one.account_id, two.account_id) AS high, {columns} FROM {table}
    JOIN pairs ON pairs.id = {table}.{pair}
    JOIN participants AS one ON one.id = pairs.first_id
    JOIN participants AS two ON two.id = pairs.second_id
"""
_AGAIN = f"""
WITH log AS ({_BETWEEN.format(table="judged", columns="judged.id, what", pair="pair_id")})
SELECT later.what, later.low, later.high FROM log AS later WHERE what IN ('pairs', 'conversations')
    AND EXISTS (
        SELECT 1 FROM log AS before WHERE before.what IN ('blocks', 'reports')
        AND (before.low, before.high) = (later.low, later.high) AND before.id < later.id
    ) ORDER BY later.id
"""
_PROMISED = f"""
WITH apart AS ({_BETWEEN.format(table="judged", columns="what", pair="pair_id")}),
invited AS ({_BETWEEN.format(table="invitations", columns="state", pair="pair_id")}),
talks AS ({_BETWEEN.format(table="conversations", columns="state", pair="pair_id")}),
live AS (
    SELECT 'invitation' AS what, low, high FROM invited WHERE state IN ('open', 'accepted')
    UNION SELECT 'hour', low, high FROM talks WHERE state = 'scheduled'
)
SELECT what, low, high FROM live WHERE (low, high) IN
    (SELECT low, high FROM apart WHERE what IN ('blocks', 'reports'))
"""


def sit(connection: Connection) -> None:
    """Begin to watch a PostgreSQL database."""
    connection.execute(
        text("CREATE TABLE judged (id BIGSERIAL PRIMARY KEY, what TEXT, pair_id INTEGER)")
    )
    for table, pair in WATCHED.items():
        connection.execute(text(_FUNCTION.format(table=table, pair=pair)))
        connection.execute(text(_TRIGGER.format(table=table)))


def met_again(connection: Connection) -> list[str]:
    """Return which pairs and conversations were made for two who were kept apart before."""
    found = connection.execute(text(_AGAIN))
    return [f"{what} of {low} and {high}, who were kept apart" for what, low, high in found]


def still_promised(connection: Connection) -> list[str]:
    """Return what two who are kept apart are still promised."""
    found = connection.execute(text(_PROMISED))
    return [f"{what} of {low} and {high}, who are kept apart" for what, low, high in found]
