"""A programme and people who fit, or do not fit, each other."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

import models
from services.staff import questionnaires
from tests import factories
from tests.factories import NOW

EVENINGS = [(day, hour) for day in range(7) for hour in (18, 19, 20)]


def programme(session: Session, **given) -> models.Programme:
    return factories.programme(
        session,
        given.pop("slug", "across-the-table"),
        policy=given.pop("policy", {"min_differences": 2}),
        **given,
    )


def person(
    session: Session,
    of: models.Programme,
    view: int,
    *,
    hours: Iterable[tuple[int, int]] = EVENINGS,
    languages: Iterable[str] = ("en",),
    zone: str = "UTC",
    **given,
) -> models.Participant:
    """Somebody who puts the usual things first and answers every view with *view* (1 to 5)."""
    account = given.pop("account", None) or factories.account(session, zone=zone)
    made = factories.participant(session, of, account, **given)
    for number, item in enumerate(questionnaires.load(of.questionnaire, "en").items):
        if item.scale is not None:
            value = 1 + number % 6 if item.kind == "value" else view
            session.add(
                models.Answer(
                    participant_id=made.id,
                    item=item.id,
                    value=value,
                    importance=2 if item.importance else None,
                    answered_at=NOW,
                )
            )
    session.add_all(models.Language(participant_id=made.id, tag=tag) for tag in languages)
    session.add_all(
        models.Availability(participant_id=made.id, weekday=day, hour=hour) for day, hour in hours
    )
    session.flush()
    return made


def crowd(session: Session, of: models.Programme, count: int) -> list[models.Participant]:
    """*count* people, every other one of the opposite opinion."""
    return [person(session, of, 1 if number % 2 else 5) for number in range(count)]
