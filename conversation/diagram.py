"""The room's states drawn as a Mermaid diagram, made from the table of transitions."""

from collections.abc import Iterable

from conversation.room import TABLE, Row
from conversation.state import NEW


def mermaid(table: Iterable[Row] = TABLE) -> str:
    """Return the diagram: one arrow for each pair of states, with who may cause it and how."""
    arrows: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in table:
        for at in row.at.split():
            for to in (row.to or at).split():
                arrows.setdefault((at, to), {}).setdefault(row.by, []).extend(row.kinds.split())
    lines = ["stateDiagram-v2", f"    [*] --> {NEW}"]
    for (at, to), causes in arrows.items():
        label = "; ".join(f"{by} {', '.join(kinds)}" for by, kinds in causes.items())
        lines.append(f"    {at} --> {to}: {label}")
    return "\n".join([*lines, "    closed --> [*]"])
