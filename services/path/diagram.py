"""The path drawn as a Mermaid diagram, and told as a table: both made from the places."""

from collections.abc import Iterable

from services.path import PLACES, Place

HEAD = "| state | somebody who | counted as | clock | next step | ways out |"


def mermaid(places: Iterable[Place] = tuple(PLACES.values())) -> str:
    """Return the diagram: one arrow for each pair of states, with everything that leads along it.

    What the person does is in quotes, what a clock brings begins with "time"; the rest is done by
    somebody else.
    """
    arrows: dict[tuple[str, str], list[str]] = {}
    for place in places:
        for words, to in _ways(place):
            arrows.setdefault((place.state, to), []).append(words)
    lines = ["stateDiagram-v2", "    [*] --> pledged", "    [*] --> unconfirmed"]
    for (at, to), causes in arrows.items():
        lines.append(f"    {at} --> {to}: {', '.join(causes)}")
    return "\n".join(lines)


def table(places: Iterable[Place] = tuple(PLACES.values())) -> str:
    """Return one line for each state."""
    lines = [HEAD, "|---|---|---|---|---|---|"]
    for place in places:
        counted = "before sign-up" if place.stage is None else place.stage.name.lower()
        ways = ", ".join(way.label for way in place.exits) or "as the next step"
        cells = (place.state, place.means, counted, place.clock.runs, place.step.label, ways)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _ways(place: Place) -> Iterable[tuple[str, str]]:
    for way in (place.step, *place.exits):
        if way.leads is not None:
            yield f"“{way.label}”", way.leads
    if place.clock.leads is not None:
        yield "time", place.clock.leads
    for move in place.moves:
        yield move.by.replace(":", ""), move.leads
