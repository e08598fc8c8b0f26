"""The part of docs/protocol.md that is made from the code: every act, its keys, its statuses."""

from collections.abc import Mapping

from conversation.events import MACHINE, PARTICIPANT, STAFF
from conversation.fields import Schema
from conversation.room import TABLE

HEAD = "| type | data | while the room is |\n|---|---|---|"


def page(text: str) -> str:
    """Return the page *text* with what stands between its marks made anew."""
    for by, schemas in (("pair", PARTICIPANT), ("facilitator", STAFF), ("system", MACHINE)):
        start, end = f"<!-- {by} -->", f"<!-- /{by} -->"
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}\n{table(by, schemas)}\n{end}{after}"
    return text


def table(by: str, schemas: Mapping[str, Schema]) -> str:
    """Return the Markdown table of the acts of one role."""
    rows = [
        f"| `{kind}` | {_data(schema)} | {', '.join(_statuses(by, kind))} |"
        for kind, schema in schemas.items()
    ]
    return "\n".join([HEAD, *rows])


def _data(schema: Schema) -> str:
    keys = [
        f"`{key}`{' (may be absent)' if field.optional else ''}: {field.says}"
        for key, field in schema.items()
    ]
    return "; ".join(keys) or "none"


def _statuses(by: str, kind: str) -> list[str]:
    rows = [row for row in TABLE if row.by == by and kind in row.kinds.split()]
    return list(dict.fromkeys(at for row in rows for at in row.at.split()))
