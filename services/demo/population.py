"""A synthetic population for demonstrations: made-up people drawn from a latent model.

Each person has one latent side (three quarters on one, a quarter on the other), and views that
follow it loosely; values follow it hardly at all (correlation about 0.2), so that pairs close in
values and apart in views exist but are not everywhere. Nobody in it is real.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from matcher.questionnaire import Item, Questionnaire
from services.people import enrolment
from services.site.secrets import Secrets

FIRST_NAMES = (
    "Ada Amir Ana Anke Bashir Bea Ben Carla Chidi Clara Daniel Dina Elif Emil Esther Farid Femke "
    "Greta Hana Hassan Ines Ivan Jonas Julia Kofi Lena Leila Luca Maja Marta Mateo Mira Nadia Nils "
    "Nora Omar Paula Pavel Rania Rosa Sami Sara Selma Tariq Teresa Tomas Vera Wanda Yusuf Zoe"
)
PLACES = (
    ("Europe/Berlin", ("en",), 0.30),
    ("Europe/London", ("en",), 0.22),
    ("America/New_York", ("en", "es"), 0.18),
    ("Europe/Madrid", ("es", "en"), 0.14),
    ("Asia/Beirut", ("ar", "en"), 0.10),
    ("Africa/Cairo", ("ar",), 0.06),
)
SMALLER_SIDE = 0.25
SLOPE_OF_VIEWS = 1.1
SLOPE_OF_VALUES = 0.25
SKIPPED = 0.04
HOURS = (7, 8, 12, 13, 17, 18, 19, 20, 21)


@dataclass(frozen=True, slots=True)
class People:
    """Whom to make: *count* participants of *programme* who joined in the *days* before *now*."""

    programme: models.Programme
    count: int
    now: datetime
    days: int = 100


def create(
    session: Session,
    people: People,
    questionnaire: Questionnaire,
    secrets: Secrets,
    generator: np.random.Generator,
) -> list[models.Participant]:
    """Add made-up participants with complete profiles; their addresses cannot receive mail."""
    role = session.scalars(select(models.Role).where(models.Role.name == "participant")).one()
    sides = np.where(generator.random(people.count) < SMALLER_SIDE, -1.0, 1.0)
    made = []
    for number, side in enumerate(sides):
        zone, tags = _place(generator)
        joined = people.now - timedelta(days=float(generator.uniform(1, people.days)))
        account = _account(f"{people.programme.slug}-{number:04d}@example.invalid", secrets, joined)
        account.zone, account.roles = zone, [role]
        person = models.Participant(
            account=account,
            programme=people.programme,
            first_name=str(generator.choice(FIRST_NAMES.split())),
            capacity=1 if side > 0 or generator.random() < 0.6 else 2,
            joined_at=joined,
            completed_at=joined + timedelta(minutes=6),
            waiting_since=joined + timedelta(minutes=6),
        )
        session.add(person)
        session.flush()
        session.add_all(_answers(person, questionnaire, float(side), generator))
        enrolment.consent(session, account.id, ("matching", "conversation"), joined)
        session.add_all(models.Language(participant_id=person.id, tag=tag) for tag in tags)
        session.add_all(_free_hours(person, generator))
        made.append(person)
    session.flush()
    return made


def _place(generator: np.random.Generator) -> tuple[str, tuple[str, ...]]:
    number = generator.choice(len(PLACES), p=[share for *_, share in PLACES])
    zone, tags, _ = PLACES[number]
    return zone, tags


def _account(email: str, secrets: Secrets, joined: datetime) -> models.Account:
    return models.Account(
        email=email,
        key=secrets.address_key(email),
        fs_uniquifier=token_urlsafe(24),
        adult_at=joined,
        confirmed_at=joined,
        create_datetime=joined,
        update_datetime=joined,
    )


def _answers(
    person: models.Participant,
    questionnaire: Questionnaire,
    side: float,
    generator: np.random.Generator,
) -> Iterator[models.Answer]:
    depth = generator.normal(side, 0.6)
    for number, item in enumerate(questionnaire.items):
        skipped = not item.required and generator.random() < SKIPPED
        yield models.Answer(
            participant_id=person.id,
            item=item.id,
            value=None if skipped or item.scale is None else _value(item, number, depth, generator),
            choice=None if skipped or not item.options else str(generator.choice(item.options)),
            importance=int(generator.choice(4, p=[0.1, 0.25, 0.35, 0.3]))
            if item.importance
            else None,
            answered_at=person.joined_at,
        )


def _value(item: Item, number: int, depth: float, generator: np.random.Generator) -> float:
    """Draw a point of the item's scale; every other item leans the other way."""
    assert item.scale is not None  # noqa: S101 - the caller looked
    slope = {"view": SLOPE_OF_VIEWS, "value": SLOPE_OF_VALUES, "background": 0.0}[item.kind]
    lean = slope * depth * (1 if number % 2 else -1)
    middle = (item.scale.min + item.scale.max) / 2
    drawn = middle + (lean + generator.normal(0, 1)) * item.scale.span / 4
    return float(np.clip(np.round(drawn), item.scale.min, item.scale.max))


def _free_hours(
    person: models.Participant, generator: np.random.Generator
) -> Iterator[models.Availability]:
    for weekday in range(7):
        for hour in HOURS:
            if generator.random() < (0.45 if hour >= 17 else 0.12):
                yield models.Availability(participant_id=person.id, weekday=weekday, hour=hour)
