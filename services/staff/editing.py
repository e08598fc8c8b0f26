"""Programmes made and changed in the browser: checked key by key, every version kept.

A change counts from then on. A conversation keeps the guide it was arranged with and a round the
policy it was run with, so no version ever changes what has been.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from conversation.guide import GuideError
from matcher import policy
from matcher.errors import BadInput
from services.pairing import slots
from services.site import audit
from services.staff import accents, guides, programmes, questionnaires

LONGEST_TITLE = 200
LONGEST_TEXT = 2_000
MOST_TOPICS = 40
KEPT = (
    "title",
    "guide",
    "questionnaire",
    "languages",
    "topics",
    "policy",
    "zone",
    "lead",
    "accent",
    "hints",
    "terms",
)


class Unfit(ValueError):
    """A programme cannot be like this; `problems` says why by key. Nothing was changed."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{key}: {why}" for key, why in self.problems.items()))


@dataclass(frozen=True, slots=True)
class Content:
    """What can be changed of a programme; `policy` is a matching policy as a mapping."""

    title: str
    guide: str
    questionnaire: str
    languages: Sequence[str]
    zone: str
    topics: Sequence[str] = ()
    policy: Mapping[str, Any] = field(default_factory=dict)
    lead: str = ""
    accent: str = ""
    hints: bool = False
    terms: str = ""


def content(programme: models.Programme) -> Content:
    """Return what a programme is like now."""
    return Content(**{key: getattr(programme, key) for key in KEPT})


def problems(session: Session, wanted: Content) -> dict[str, str]:
    """Say by key what is wrong with a programme, nothing where nothing is."""
    found = {
        "title": _text(wanted.title, LONGEST_TITLE, needed=True),
        "lead": _text(wanted.lead, LONGEST_TEXT, needed=False),
        "terms": _text(wanted.terms, LONGEST_TEXT, needed=False),
        "zone": None if wanted.zone in slots.zones() else "is not a time zone",
        "languages": None if wanted.languages else "at least one is needed",
        "topics": _topics(wanted.topics),
        "accent": accents.problem(wanted.accent) if wanted.accent else None,
        "policy": _policy(wanted.policy),
        "guide": _guide(session, wanted),
        "questionnaire": _questionnaire(session, wanted),
    }
    return {key: why for key, why in found.items() if why}


def create(
    session: Session, slug: str, wanted: Content, now: datetime, account_id: int
) -> models.Programme:
    """Open a programme; raise Unfit, or what `programmes.open_new` raises."""
    _require(session, wanted)
    plan = programmes.Plan(
        slug, wanted.title, wanted.guide, wanted.questionnaire, wanted.languages, wanted.zone
    )
    made = programmes.open_new(session, plan, now, f"account:{account_id}")
    made.owner_id = account_id
    _write(session, made, wanted, now, account_id)
    return made


def change(
    session: Session, programme: models.Programme, wanted: Content, now: datetime, account_id: int
) -> models.ProgrammeVersion | None:
    """Change a programme and keep the version; None where nothing is different. Raises Unfit."""
    _require(session, wanted)
    if content(programme) == _plain(wanted):
        return None
    for language in wanted.languages:
        guides.store(session, wanted.guide, language, now)
    return _write(session, programme, wanted, now, account_id)


def close(session: Session, programme: models.Programme, now: datetime, account_id: int) -> None:
    """End a programme: nobody joins any more, no round runs; what is arranged takes place."""
    if programme.closed_at is None:
        programme.closed_at = now
        _record(session, programme, "programme.close", now, account_id)


def versions(session: Session, programme: models.Programme) -> list[models.ProgrammeVersion]:
    """Return the versions of a programme, the newest first."""
    table = models.ProgrammeVersion
    return list(
        session.scalars(
            select(table).where(table.programme_id == programme.id).order_by(table.number.desc())
        )
    )


def _require(session: Session, wanted: Content) -> None:
    wrong = problems(session, wanted)
    if wrong:
        raise Unfit(wrong)


def _plain(wanted: Content) -> Content:
    """Return *wanted* with lists and dicts as the database gives them back."""
    changed = {"languages": list(wanted.languages), "topics": list(wanted.topics)}
    return Content(**{**asdict(wanted), **changed, "policy": dict(wanted.policy)})


def _write(
    session: Session, programme: models.Programme, wanted: Content, now: datetime, account_id: int
) -> models.ProgrammeVersion:
    data = asdict(_plain(wanted))
    for key, value in data.items():
        setattr(programme, key, value)
    last = session.scalar(
        select(func.max(models.ProgrammeVersion.number)).where(
            models.ProgrammeVersion.programme_id == programme.id
        )
    )
    made = models.ProgrammeVersion(
        programme_id=programme.id,
        number=(last or 0) + 1,
        at=now,
        account_id=account_id,
        data=data,
    )
    session.add(made)
    _record(session, programme, "programme.change", now, account_id)
    return made


def _record(
    session: Session, programme: models.Programme, action: str, now: datetime, account_id: int
) -> None:
    audit.record(
        session,
        now=now,
        actor=f"account:{account_id}",
        action=action,
        subject=f"programme:{programme.id}",
    )


def _text(given: str, longest: int, *, needed: bool) -> str | None:
    if needed and not given.strip():
        return "is needed"
    return f"has {len(given)} letters; at most {longest} fit" if len(given) > longest else None


def _topics(given: Sequence[str]) -> str | None:
    if len(given) > MOST_TOPICS or len(set(given)) < len(given):
        return f"at most {MOST_TOPICS}, each once"
    return next((f"“{one[:20]}…” is longer than 64" for one in given if len(one) > 64), None)


def _policy(given: Mapping[str, Any]) -> str | None:
    try:
        policy.from_mapping(given)
    except BadInput as error:
        return " ".join(f"{one.removeprefix('policy: ')}." for one in error.problems)
    return None


def _guide(session: Session, wanted: Content) -> str | None:
    try:
        for language in wanted.languages:
            guides.read(session, wanted.guide, language)
    except (guides.NoSuchGuide, GuideError) as error:
        return str(error)
    return None


def _questionnaire(session: Session, wanted: Content) -> str | None:
    try:
        asked = [
            questionnaires.current(session, wanted.questionnaire, tag) for tag in wanted.languages
        ]
    except (questionnaires.NoSuchQuestionnaire, BadInput) as error:
        return str(error)
    floor = wanted.policy.get("min_differences", policy.Policy().min_differences)
    for one in asked:
        if isinstance(floor, int) and floor > len(one.of("view")):
            return f"asks {len(one.of('view'))} views; the policy wants {floor} differences"
    return None
