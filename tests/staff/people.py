"""Crowds in a database for the tests of funnel and releases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

import models
from disclosure.budget import Loss
from disclosure.period import Month
from tests import factories

GUIDE = Path(__file__).parents[2] / "guides" / "first.en.toml"
SEPTEMBER = datetime(2026, 9, 10, 12, 0, tzinfo=UTC)


def joined(
    session: Session, programme: models.Programme, count: int, **given
) -> list[models.Participant]:
    """Add participants who joined in September, of two ages in turn."""
    people = [
        factories.participant(session, programme, **({"joined_at": SEPTEMBER} | given))
        for _ in range(count)
    ]
    for at, person in enumerate(people):
        answer(session, person, "age", choice=("18 to 24", "25 to 34")[at % 2])
    return people


def answer(session: Session, person: models.Participant, item: str, **given) -> None:
    session.add(models.Answer(participant_id=person.id, item=item, answered_at=SEPTEMBER, **given))


def paired(session: Session, people: list[models.Participant], **given) -> Iterator[models.Pair]:
    """Pair the first with the second, the third with the fourth, …"""
    at = given.pop("proposed_at", SEPTEMBER + timedelta(days=1))
    for first, second in zip(people[::2], people[1::2], strict=True):
        yield factories.pair(session, first, second, proposed_at=at, **given)


def accepted(session: Session, pair: models.Pair, by: int = 2, after_days: float = 1) -> None:
    for person in (pair.first, pair.second)[:by]:
        session.add(
            models.Invitation(
                pair=pair,
                participant=person,
                state="accepted",
                slots=[],
                sent_at=pair.proposed_at,
                expires_at=pair.proposed_at + timedelta(days=9),
                answered_at=pair.proposed_at + timedelta(days=after_days),
            )
        )


def talked(
    session: Session, pair: models.Pair, minutes: int = 45, step: int = 5, **given
) -> models.Conversation:
    """Add a conversation held two days after the pair was proposed."""
    at = given.pop("started_at", pair.proposed_at + timedelta(days=2))
    return factories.conversation(
        session,
        pair,
        factories.guide_version(session, GUIDE.read_text()),
        scheduled_at=at,
        state="closed",
        started_at=at,
        closed_at=at + timedelta(minutes=minutes),
        step=step,
        steps=6,
        **given,
    )


def surveyed(
    session: Session, conversation: models.Conversation, person: models.Participant, **items: float
) -> None:
    assert conversation.closed_at is not None
    for item, value in items.items():
        session.add(
            models.SurveyAnswer(
                conversation_id=conversation.id,
                participant_id=person.id,
                survey="after",
                item=item,
                value=value,
                at=conversation.closed_at + timedelta(minutes=2),
            )
        )


def released_before(session: Session, programme: models.Programme, months: int, loss: Loss) -> None:
    """Say that the *months* before September were released at *loss*."""
    month = Month(2026, 9)
    for _ in range(months):
        month = month.previous()
        release = models.Release(
            programme_id=programme.id,
            period=str(month),
            at=SEPTEMBER,
            mechanism="laplace",
            policy={},
            digest="0" * 64,
            archive=b"",
        )
        session.add(release)
        session.flush()
        for once, epsilon in ((True, loss.once), (False, loss.again)):
            session.add(
                models.LedgerEntry(
                    release_id=release.id,
                    name=f"once-{once}",
                    programme_id=programme.id,
                    period=str(month),
                    epsilon=epsilon,
                    once=once,
                )
            )
    session.flush()
