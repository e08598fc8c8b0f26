"""A made-up past for a synthetic programme: pairs that met, and pairs that did not.

The shares are near what the field reports (about four in ten proposed pairs met) and what Earshot
aims for, so that the funnel has a shape; nothing here is measured.
"""

from datetime import datetime, timedelta
from secrets import token_urlsafe

import numpy as np
from sqlalchemy.orm import Session

import models
from services.demo.population import People
from services.figures import funnel, looks
from services.staff import questionnaires

PAIRED = 0.55  # of the participants had a proposal before
NEW = timedelta(days=12)  # who joined later had none yet
KEPT = timedelta(days=14)
ACCEPTED = 0.66  # of proposed pairs
BEGAN = 0.84  # of accepted ones
FINISHED = 0.82  # of those that began
ANSWERED = 0.78  # of those who talked
HEARD = tuple(
    item.id for item in questionnaires.load("after", "en").items if item.id.startswith(looks.HEARD)
)
VIEWS = [item.id for item in questionnaires.load("first", "en").of("view")]
PLEDGED = 2.1  # pledges for each participant


def create(
    session: Session,
    people: People,
    participants: list[models.Participant],
    guide: models.GuideVersion,
    generator: np.random.Generator,
) -> None:
    """Add pledges, and past pairs with invitations, conversations and answers, before now."""
    _pledge(session, people, generator)
    order = generator.permutation(len(participants))[: int(PAIRED * len(participants)) // 2 * 2]
    for first, second in order.reshape(-1, 2).tolist():
        low, high = sorted((participants[first], participants[second]), key=lambda one: one.id)
        if people.now - max(low.joined_at, high.joined_at) < NEW:
            continue
        pair = _pair(session, people, low, high, generator)
        if generator.random() < ACCEPTED:
            _conversation(session, pair, guide, people.now, generator)


def _pledge(session: Session, people: People, generator: np.random.Generator) -> None:
    days = generator.uniform(1, people.days, int(PLEDGED * people.count))
    session.add_all(
        models.Pledge(token=token_urlsafe(24), at=people.now - timedelta(days=float(day)))
        for day in days
    )


def _pair(
    session: Session,
    people: People,
    first: models.Participant,
    second: models.Participant,
    generator: np.random.Generator,
) -> models.Pair:
    earliest = max(first.joined_at, second.joined_at)
    ago = (people.now - earliest) / timedelta(days=1)
    at = people.now - timedelta(days=float(generator.uniform(min(15.0, ago * 0.9), ago)))
    pair = models.Pair(
        first=first,
        second=second,
        proposed_at=at,
        score=float(generator.uniform(1.2, 2.6)),
        terms={},
        shared_values=[],
        differences=sorted(
            generator.choice(VIEWS, size=int(generator.integers(2, 5)), replace=False)
        ),
    )
    low, high = sorted((first.account.key, second.account.key))
    session.add_all([pair, models.Exclusion(low=low, high=high, reason="paired", at=at)])
    session.flush()
    return pair


def _conversation(
    session: Session,
    pair: models.Pair,
    guide: models.GuideVersion,
    now: datetime,
    generator: np.random.Generator,
) -> None:
    at = pair.proposed_at + timedelta(days=float(generator.uniform(2, 9)))
    for person in (pair.first, pair.second):
        session.add(
            models.Invitation(
                pair=pair,
                participant=person,
                state="accepted",
                slots=[],
                sent_at=pair.proposed_at,
                expires_at=pair.proposed_at + timedelta(days=3),
                answered_at=pair.proposed_at + timedelta(hours=float(generator.uniform(1, 40))),
            )
        )
    began, finished = generator.random() < BEGAN, generator.random() < FINISHED
    length = timedelta(
        minutes=float(generator.normal(52, 8) if finished else generator.uniform(8, 35))
    )
    made = models.Conversation(
        token=token_urlsafe(32),
        pair=pair,
        programme_id=pair.first.programme_id,
        guide_digest=guide.digest,
        language=guide.language,
        state="closed" if began else "missed",
        scheduled_at=at,
        opened_at=at,
        started_at=at if began else None,
        closed_at=at + (length if began else timedelta(minutes=30)),
        ending=("finished" if finished else "left") if began else None,
        step=(5 if finished else int(generator.integers(0, 5))) if began else 0,
        steps=6,
        purged_at=at + KEPT if at + KEPT <= now else None,
    )
    session.add(made)
    session.flush()
    if began:
        _answers(session, made, generator)


def _answers(
    session: Session, conversation: models.Conversation, generator: np.random.Generator
) -> None:
    assert conversation.closed_at is not None  # noqa: S101 - a past conversation
    at = conversation.closed_at + timedelta(minutes=3)
    for person in (conversation.pair.first, conversation.pair.second):
        if generator.random() > ANSWERED:
            continue
        level = generator.normal(5.4, 0.8)
        given = {item: _heard(item, level, generator) for item in HEARD}
        before = session.get(models.Answer, (person.id, looks.WARMTH))
        if before is not None and before.value is not None:
            given[looks.WARMTH] = float(
                np.clip(round(before.value + generator.normal(6, 10)), 0, 100)
            )
        session.add_all(
            models.SurveyAnswer(
                conversation_id=conversation.id,
                participant_id=person.id,
                survey=funnel.AFTER,
                item=item,
                value=value,
                at=at,
            )
            for item, value in given.items()
        )


def _heard(item: str, level: float, generator: np.random.Generator) -> float:
    drawn = float(np.clip(round(level + generator.normal(0, 0.7)), 1, 7))
    return 8 - drawn if item in looks.TURNED_ITEMS else drawn
