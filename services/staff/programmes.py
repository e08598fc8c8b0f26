"""Programmes: opening one, finding one, closing one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.site import audit
from services.staff import guides, questionnaires

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class NoSuchProgramme(ValueError):
    """There is no such programme; the message names the slug and those there are."""


class BadPlan(ValueError):
    """A programme cannot be opened like this; the message names the key. Nothing was changed."""


class Taken(ValueError):
    """Another programme has this slug; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a programme is opened with: slugs of its guide and questionnaire, BCP 47 tags."""

    slug: str
    title: str
    guide: str
    questionnaire: str
    languages: Sequence[str]
    zone: str = "UTC"


def find(session: Session, slug: str) -> models.Programme:
    """Return the programme called *slug*; raise NoSuchProgramme."""
    found = session.scalars(
        select(models.Programme).where(models.Programme.slug == slug)
    ).one_or_none()
    if found is None:
        known = session.scalars(select(models.Programme.slug).order_by(models.Programme.slug)).all()
        there = f"There are: {', '.join(known)}." if known else "There is none yet."
        raise NoSuchProgramme(f"No programme is called {slug!r}. {there} Nothing was changed.")
    return found


def terms_version(session: Session, programme: models.Programme) -> int:
    """Return since which version a programme has the terms it has now, 0 where since ever."""
    table = models.ProgrammeVersion
    since = 0
    for number, data in session.execute(
        select(table.number, table.data)
        .where(table.programme_id == programme.id)
        .order_by(table.number.desc())
    ):
        if data.get("terms", "") != programme.terms:
            break
        since = number
    return since


def open_new(session: Session, plan: Plan, now: datetime, actor: str) -> models.Programme:
    """Open a programme; raise BadPlan, Taken, or what loading guide and questionnaire raises."""
    if not SLUG.fullmatch(plan.slug):
        raise BadPlan(f"slug: {plan.slug!r} must be small letters, digits and dashes.")
    if plan.zone not in available_timezones():
        raise BadPlan(f"zone: {plan.zone!r} is not a time zone such as Europe/Berlin.")
    taken = session.scalars(
        select(models.Programme.id).where(models.Programme.slug == plan.slug)
    ).first()
    if taken is not None:
        raise Taken(f"A programme called {plan.slug!r} is there already. Nothing was changed.")
    for language in plan.languages:
        questionnaires.current(session, plan.questionnaire, language)
        guides.store(session, plan.guide, language, now)
    made = models.Programme(
        slug=plan.slug,
        title=plan.title,
        guide=plan.guide,
        questionnaire=plan.questionnaire,
        languages=list(plan.languages),
        zone=plan.zone,
        opened_at=now,
    )
    session.add(made)
    session.flush()
    audit.record(
        session, now=now, actor=actor, action="programme.open", subject=f"programme:{made.id}"
    )
    return made
