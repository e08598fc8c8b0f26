"""What both halves of a wait-list are asked at the same time, and what the difference is.

The questions are open in the last days before the waiting half begins: until then chance alone,
and the conversation, can have made the halves different. Everybody counts in the half the lot gave
them, whether they talked or not.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, String, cast, exists, literal, select
from sqlalchemy.orm import Session, joinedload

import models
from disclosure import effect
from disclosure.effect import Difference
from matcher.questionnaire import Item, Questionnaire
from models import HalfAnswer, Mail, MailStop, Participant, WaitList
from services.conversations import surveys
from services.figures import funnel
from services.letters import mail, mailings
from services.site.config import Config
from services.staff import questionnaires, waitlists

OPEN = timedelta(days=4)  # how long before the waiting half begins
AT_ONCE = 500  # letters written in one transaction
KIND = "halves"
FEWEST = 20  # answers of each half from which a difference is worked out

Reckoning = Callable[[Sequence[float], Sequence[bool], Sequence[float | None]], Difference]
"""How a difference is worked out of answers, halves and earlier answers."""


@dataclass(frozen=True, slots=True)
class Half:
    """How many people the lot gave a half, how many of them talked in time, and answered."""

    people: int
    talked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What an item came to: the first half less the waiting one; None where too few answered."""

    item: Item
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class Findings:
    """The two halves, and what their answers differ by."""

    first: Half
    waiting: Half
    found: tuple[Finding, ...]


def asked(language: str) -> Questionnaire:
    """Return the questions both halves are asked."""
    return questionnaires.load(KIND, language)


def opens_at(made: WaitList) -> datetime:
    """Return from when both halves are asked; until `waitlists.ends_at`."""
    return waitlists.ends_at(made) - OPEN


def is_open(made: WaitList, now: datetime) -> bool:
    """Whether both halves are asked now."""
    return opens_at(made) <= now < waitlists.ends_at(made)


def ask_due(session: Session, now: datetime, config: Config) -> int:
    """Write to whoever is in a half that is asked now and was not written to; return how many."""
    letters = [
        mail.written(
            to=person.account,
            kind=KIND,
            dedupe=f"{KIND}:{person.id}",
            context={
                "programme": person.programme.title,
                "until": waitlists.ends_at(made),
                "url": f"{config.site.url}/halves/{person.programme.slug}",
            },
            now=now,
        )
        for made in session.scalars(select(WaitList).where(WaitList.starts_at <= now))
        if is_open(made, now)
        for person in _unasked(session, made)
    ]
    if letters:
        mail.put(session, letters)
    return len(letters)


def answers(session: Session, participant: Participant) -> dict[str, float]:
    """Return what somebody has answered so far, by item."""
    rows = session.execute(
        select(HalfAnswer.item, HalfAnswer.value).where(HalfAnswer.participant_id == participant.id)
    )
    return {row.item: row.value for row in rows}


def save(
    session: Session, participant: Participant, given: Mapping[Item, str], now: datetime
) -> dict[str, str]:
    """Keep what was answered, blanks passed over; return what was wrong, by item."""
    right, wrong = surveys.sorted_out(given)
    for item, kept in right.items():
        session.merge(
            HalfAnswer(participant_id=participant.id, item=item, value=kept["value"], at=now)
        )
    session.flush()
    return wrong


def findings(session: Session, made: WaitList, reckon: Reckoning = effect.difference) -> Findings:
    """Return what the halves differ by, people counted in the half of their lot."""
    first = {
        person: waitlists.is_first(made.seed, person)
        for person in session.scalars(select(Participant.id).where(waitlists.in_halves(made)))
    }
    talked = _talked(session, made)
    given = _given(session, made)
    before = _before(session, made)
    replied = {person for values in given.values() for person in values}
    return Findings(
        _half([one for one, early in first.items() if early], talked, replied),
        _half([one for one, early in first.items() if not early], talked, replied),
        tuple(
            Finding(item, _found(given.get(item.id, {}), first, before.get(item.id, {}), reckon))
            for item in asked("en").items
        ),
    )


def _found(
    given: Mapping[int, float],
    first: Mapping[int, bool],
    before: Mapping[int, float],
    reckon: Reckoning,
) -> Difference | None:
    people = [person for person in given if person in first]
    sizes = [sum(first[person] is half for person in people) for half in (True, False)]
    if min(sizes) < FEWEST:
        return None
    return reckon(
        [given[person] for person in people],
        [first[person] for person in people],
        [before.get(person) for person in people],
    )


def _half(people: list[int], talked: set[int], replied: set[int]) -> Half:
    return Half(
        len(people),
        sum(person in talked for person in people),
        sum(person in replied for person in people),
    )


def _talked(session: Session, made: WaitList) -> set[int]:
    """Return who of the programme began a conversation before the waiting half could."""
    seat, talk = funnel.seats(), models.Conversation
    return set(
        session.scalars(
            select(seat.c.person)
            .join(talk, talk.pair_id == seat.c.pair)
            .where(
                talk.programme_id == made.programme_id,
                talk.started_at < waitlists.ends_at(made),
            )
        )
    )


def _given(session: Session, made: WaitList) -> dict[str, dict[int, float]]:
    rows = session.execute(
        select(HalfAnswer.item, HalfAnswer.participant_id, HalfAnswer.value)
        .join(Participant, Participant.id == HalfAnswer.participant_id)
        .where(Participant.programme_id == made.programme_id)
        .order_by(HalfAnswer.participant_id)
    )
    return _by_item(rows)


def _before(session: Session, made: WaitList) -> dict[str, dict[int, float]]:
    """Return what people had answered at sign-up; what they changed since the start is not it."""
    answer = models.Answer
    rows = session.execute(
        select(answer.item, answer.participant_id, answer.value)
        .join(Participant)
        .where(
            Participant.programme_id == made.programme_id,
            answer.item.in_([item.id for item in asked("en").items]),
            answer.value.is_not(None),
            answer.answered_at < made.starts_at,
        )
    )
    return _by_item(rows)


def _by_item(rows: Iterable[Row[str, int, Any]]) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for item, person, value in rows:
        found.setdefault(item, {})[person] = value
    return found


def _unasked(session: Session, made: WaitList) -> list[Participant]:
    dedupe = literal(f"{KIND}:") + cast(Participant.id, String)
    return list(
        session.scalars(
            select(Participant)
            .options(joinedload(Participant.account), joinedload(Participant.programme))
            .where(
                waitlists.in_halves(made),
                Participant.withdrawn_at.is_(None),
                ~exists().where(Mail.dedupe == dedupe),
                ~_stopped(),
            )
            .order_by(Participant.id)
            .limit(AT_ONCE)
        )
    )


def _stopped() -> ColumnElement[bool]:
    return exists().where(
        MailStop.account_id == Participant.account_id, MailStop.mailing == mailings.of(KIND)
    )
