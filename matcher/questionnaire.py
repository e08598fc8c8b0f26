"""A questionnaire read from TOML: what people answer, for pairing and for the profile pages."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from matcher.errors import BadInput
from matcher.tables import Table, raise_if

Kind = Literal["value", "view", "background"]

SHARED = {"id", "kind", "text", "why", "required"}
KEYS: dict[str, set[str]] = {
    "value": SHARED | {"scale", "value", "higher"},
    "view": SHARED | {"scale", "importance"},
    "background": SHARED | {"scale", "options"},
}
LARGEST_IMPORTANCE = 3
MOST = 64  # views, and higher-order values, are kept as bits of one machine word


@dataclass(frozen=True, slots=True)
class Scale:
    """From `min` to `max`, both poles in words; `labels` names every whole point when given."""

    min: float
    max: float
    low: str
    high: str
    labels: tuple[str, ...] = ()

    @property
    def span(self) -> float:
        """The length of the scale."""
        return self.max - self.min


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a person is asked. `id` is its column; a view may also ask for importance 0..3."""

    id: str
    kind: Kind
    text: str
    scale: Scale | None = None
    options: tuple[str, ...] = ()
    importance: bool = False
    value: str = ""
    higher: str = ""
    why: str = ""
    required: bool = False

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of the scale; 0 and 0 for an item without one."""
        return (self.scale.min, self.scale.max) if self.scale else (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The items in the order they are asked; `language` is the tag of the language they are in."""

    slug: str
    language: str
    title: str
    items: tuple[Item, ...]

    def of(self, kind: Kind) -> tuple[Item, ...]:
        """Return the items of one kind, in order."""
        return tuple(item for item in self.items if item.kind == kind)

    @property
    def higher(self) -> tuple[str, ...]:
        """The higher-order values, sorted."""
        return tuple(sorted({item.higher for item in self.of("value")}))


def load(path: Path) -> Questionnaire:
    """Read a questionnaire from the TOML file at *path*; raise `BadInput` naming file and key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput([f"{path}: cannot be read: {error}"]) from error
    return parse(text, str(path))


def parse(text: str, source: str) -> Questionnaire:
    """Make a questionnaire of TOML *text*; *source* is what problems are named by."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput([f"{source}: is not TOML: {error}"]) from error
    problems: list[str] = []
    top = Table(data, source, problems)
    top.only({"slug", "language", "title", "items"})
    listed = data.get("items")
    if not isinstance(listed, list) or not listed:
        top.problem("items", "at least one [[items]] is needed")
        listed = []
    items = tuple(_item(one, source, number, problems) for number, one in enumerate(listed, 1))
    result = Questionnaire(top.text("slug"), top.text("language"), top.text("title"), items)
    problems += _across(result, source)
    raise_if(problems)
    return result


def _item(data: Any, source: str, number: int, problems: list[str]) -> Item:
    where = f"{source}: item {number}"
    if not isinstance(data, dict):
        problems.append(f"{where}: must be a table, written [[items]]")
        return Item("", "background", "")
    if isinstance(data.get("id"), str):
        where = f"{source}: item {data['id']}"
    table = Table(data, where, problems)
    kind = data.get("kind")
    if kind not in KEYS:
        table.problem("kind", "must be value, view or background")
        return Item(table.text("id"), "background", table.text("text"))
    table.only(KEYS[kind])
    return Item(
        id=table.text("id"),
        kind=cast(Kind, kind),
        text=table.text("text"),
        scale=_scale(table, kind),
        options=table.texts("options") if kind == "background" else (),
        importance=kind == "view" and table.flag("importance"),
        value=table.text("value") if kind == "value" else "",
        higher=table.text("higher") if kind == "value" else "",
        why=table.text("why", ""),
        required=table.flag("required"),
    )


def _scale(table: Table, kind: str) -> Scale | None:
    data = table.data.get("scale")
    if kind == "background" and (data is None) == ("options" not in table.data):
        table.problem("scale", "a background item has either options or a scale")
    if data is None:
        if kind != "background":
            table.problem("scale", "missing")
        return None
    if not isinstance(data, dict):
        table.problem("scale", "must be a table with min, max, low and high")
        return None
    inner = Table(data, f"{table.where}: scale", table.problems)
    inner.only({"min", "max", "low", "high", "labels"})
    lowest, highest = inner.number("min"), inner.number("max")
    labels = inner.texts("labels")
    if {"min", "max"} <= data.keys() and lowest >= highest:
        inner.problem("max", "must be above min")
    if labels and len(labels) != highest - lowest + 1:
        inner.problem("labels", "one label for every whole point from min to max")
    return Scale(lowest, highest, inner.text("low"), inner.text("high"), labels)


def _across(questionnaire: Questionnaire, source: str) -> list[str]:
    """Name what is wrong between items: doubled columns, too many for the matcher."""
    problems = []
    taken: set[str] = set()
    for item in questionnaire.items:
        columns = [item.id, f"{item.id}_importance"] if item.importance else [item.id]
        problems += [f"{source}: item {one}: id: used twice" for one in columns if one in taken]
        taken.update(columns)
    for what, count in (
        ("views", len(questionnaire.of("view"))),
        ("higher", len(questionnaire.higher)),
    ):
        if count > MOST:
            problems.append(f"{source}: items: {count} {what}; at most {MOST} can be matched")
    return problems
