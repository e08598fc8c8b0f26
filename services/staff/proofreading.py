"""What is wrong with a guide or questionnaire as it is being written, line by line.

The same validation as for files, and what a version in use has to keep: an answer is kept under
its item's id, so an id never comes to mean something else.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from conversation import guide
from conversation.guide import Guide, GuideError
from matcher import questionnaire
from matcher.errors import BadInput
from matcher.policy import Policy
from matcher.questionnaire import Item, Questionnaire
from services.staff import manuscripts
from services.staff.manuscripts import GUIDE, QUESTIONNAIRE, Manuscript
from services.staff.programmes import SLUG

LONGEST = 200_000  # letters of a text
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
AT_LINE = re.compile(r"at line (\d+)")
STEP = re.compile(r"steps\[(\d+)\]\.")
ITEM = re.compile(r"item (.+?): ")
SOURCE = "text"
HEADERS = {GUIDE: "[[steps]]", QUESTIONNAIRE: "[[items]]"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and in which line (from 1)."""

    line: int
    said: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A text that was read: its problems, and what it says where it could be read at all."""

    problems: tuple[Problem, ...]
    guide: Guide | None = None
    asked: Questionnaire | None = None

    @property
    def name(self) -> tuple[str, str]:
        """The slug and the language it gives itself; empty where it could not be read."""
        read = self.guide or self.asked
        return (read.slug, read.language) if read else ("", "")


def read(session: Session, kind: str, text: str) -> Proof:
    """Read *text* as a guide or a questionnaire, and say what is wrong with it."""
    if len(text) > LONGEST:
        return Proof((Problem(1, f"{len(text)} letters; at most {LONGEST} fit"),))
    try:
        found = _parsed(kind, text)
    except GuideError as error:
        return Proof((_placed(kind, text, str(error)),))
    except BadInput as error:
        return Proof(tuple(_placed(kind, text, one) for one in error.problems))
    wrong = [*_named(found), *_asking(session, found.asked)]
    placed = sorted({_placed(kind, text, one) for one in wrong}, key=lambda one: one.line)
    return Proof(tuple(placed), found.guide, found.asked)


def _parsed(kind: str, text: str) -> Proof:
    if kind == GUIDE:
        return Proof((), guide=guide.parse(text, SOURCE))
    return Proof((), asked=questionnaire.parse(text, SOURCE))


def _named(found: Proof) -> Iterator[str]:
    slug, language = found.name
    if not SLUG.fullmatch(slug) or len(slug) > 64:
        yield "slug: must be small letters, digits and dashes, 64 at most"
    if not LANGUAGE.fullmatch(language) or len(language) > 16:
        yield "language: must be a tag such as en, de or pt-BR"


def _asking(session: Session, asked: Questionnaire | None) -> Iterator[str]:
    """Name what a questionnaire that pairs people may not do."""
    if asked is None:
        return
    views = len(asked.of("view"))
    if not views:
        yield "items: at least one view is needed, or nobody can be paired"
    for programme in session.scalars(
        select(models.Programme).where(
            models.Programme.questionnaire == asked.slug, models.Programme.closed_at.is_(None)
        )
    ):
        floor = programme.policy.get("min_differences", Policy().min_differences)
        if views < floor:
            yield f"items: asks {views} views; {programme.title} wants {floor} differences"
    before = manuscripts.find(session, QUESTIONNAIRE, asked.slug, asked.language)
    if before is not None:
        yield from _turned(_known(before), asked)


def _known(before: Manuscript) -> dict[str, Item]:
    return {item.id: item for item in questionnaire.parse(before.text, before.source).items}


def _turned(known: dict[str, Item], asked: Questionnaire) -> Iterator[str]:
    """Name each item whose id meant something else before."""
    for item in asked.items:
        old = known.get(item.id)
        if old is not None and _measure(old) != _measure(item):
            yield (
                f"item {item.id}: id: was asked with another kind, scale or list of answers. "
                "Answers are kept under it: give the changed question an id of its own"
            )


def _measure(item: Item) -> tuple[Any, ...]:
    return item.kind, item.bounds, item.options, item.value, item.higher


def _placed(kind: str, text: str, said: str) -> Problem:
    """Find the line a problem is about: the key's, else its table's, else the first."""
    said = said.removeprefix(f"{SOURCE}: ")
    given = AT_LINE.search(said)
    if given:
        return Problem(int(given[1]), said)
    if "at end of document" in said:
        return Problem(len(text.splitlines()) or 1, said)
    number, keys = _where(kind, text, said)
    return Problem(_line(text.splitlines(), HEADERS[kind], number, keys), said)


def _where(kind: str, text: str, said: str) -> tuple[int, list[str]]:
    """Return which table a problem is in (from 1, 0 for none) and its keys, the innermost first."""
    found = (STEP if kind == GUIDE else ITEM).match(said)
    rest = said[found.end() :] if found else said
    keys = [re.sub(r"\[\d+\]$", "", one) for one in rest.split(": ")[:2]]
    if not found:
        return 0, keys[::-1]
    number = int(found[1]) + 1 if kind == GUIDE else _item(text, found[1])
    return number, keys[::-1]


def _item(text: str, name: str) -> int:
    """Return which item is called *name*, the last where several are; it may be its number."""
    items = tomllib.loads(text)["items"]
    ids = [one.get("id") if isinstance(one, dict) else None for one in items]
    called = [at for at, one in enumerate(ids, 1) if one == name]
    return called[-1] if called else int(name)


def _line(lines: list[str], header: str, number: int, keys: list[str]) -> int:
    starts = [at for at, line in enumerate(lines) if line.strip().startswith(header)]
    begin = starts[number - 1] if 0 < number <= len(starts) else 0
    later = [at for at in starts if at > begin or not number]
    end = later[0] if later else len(lines)
    for key in keys:
        pattern = re.compile(rf"\s*({re.escape(key)}\s*=|\[[a-z]+\.{re.escape(key)}\])")
        for at in range(begin, end):
            if pattern.match(lines[at]):
                return at + 1
    return begin + 1
