"""What people are asked weeks after their first conversation, and their second one proposed.

A letter is written once for each, while the wave is open, to whoever still takes part and has not
stopped mail of its kind. The page it leads to works without the letter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, String, and_, cast, exists, func, literal, select
from sqlalchemy.orm import Session, joinedload

import models
from matcher.questionnaire import Item, Questionnaire
from models import Account, Conversation, Mail, MailStop, Pair, Participant, SurveyAnswer
from services.conversations import surveys, waves
from services.conversations.waves import LATER, SECOND, Wave
from services.letters import mail, mailings
from services.path import journey
from services.site.config import Config
from services.staff import questionnaires

AT_ONCE = 500  # letters written in one transaction
KIND = "later"
PROPOSAL = "second"


@dataclass(frozen=True, slots=True)
class Asked:
    """How many people a wave has been open to, and how many of them answered."""

    wave: Wave
    people: int
    answered: int


def questions(language: str) -> Questionnaire:
    """Return what is asked at weeks 4 and 12."""
    return questionnaires.load(KIND, language)


def open_wave(conversation: models.Conversation, now: datetime) -> Wave | None:
    """Return the questions that are open about a conversation that is over, None where none."""
    ended = conversation.closed_at or now
    return next((wave for wave in LATER if wave.is_due(ended, now)), None)


def ask_due(session: Session, now: datetime, config: Config) -> int:
    """Write to whoever has questions open and was not written to; return how many letters."""
    letters = [
        _letter(row, wave, {"weeks": wave.weeks}, config.site.url, now)
        for wave in LATER
        for row in _unwritten(
            session, wave, and_(wave.due(now), ~waves.settled(wave), waves.is_first()), KIND
        )
    ]
    return _put(session, letters)


def propose_due(session: Session, now: datetime, config: Config) -> int:
    """Propose a second conversation to whoever had one three weeks ago and has none since.

    With the same person where both said so and nothing speaks against it, else with a new one.
    """
    takes_part = Participant.paused_at.is_(None)
    new = and_(SECOND.due(now), ~waves.settled(SECOND), waves.is_last(), ~waves.again(now))
    letters = [
        _letter(row, SECOND, {"same": same}, config.site.url, now)
        for same, wanted in ((True, waves.again(now)), (False, new))
        for row in _unwritten(session, SECOND, and_(takes_part, wanted), PROPOSAL)
    ]
    return _put(session, letters)


def settle(
    session: Session, conversation: models.Conversation, participant_id: int, now: datetime
) -> None:
    """Note that somebody is through with what is open about a conversation: home stops asking."""
    ended = conversation.closed_at or now
    for wave in (SECOND, *LATER):
        if wave.is_due(ended, now):
            surveys.finish(session, conversation, participant_id, now, survey=wave.name)


def warmth(session: Session, account_id: int) -> list[tuple[str, dict[str, float]]]:
    """Return an account's thermometers over time, by survey: after its conversations, and later.

    A list of (survey, item -> 0 to 100) in the order they were answered; the latest of each.
    """
    rows = session.execute(
        select(SurveyAnswer.survey, SurveyAnswer.item, SurveyAnswer.value)
        .join(Participant, Participant.id == SurveyAnswer.participant_id)
        .where(
            Participant.account_id == account_id,
            SurveyAnswer.item.in_([item.id for item in thermometers()]),
            SurveyAnswer.value.is_not(None),
        )
        .order_by(SurveyAnswer.at)
    )
    found: dict[str, dict[str, float]] = {}
    for survey, item, value in rows:
        found.setdefault(survey, {})[item] = value or 0.0
    return list(found.items())


def thermometers(language: str = "en") -> tuple[Item, ...]:
    """Return the questions that are the same after a conversation and weeks later."""
    return surveys.parts(questions(language))[1]


def figures(session: Session, programme: models.Programme, now: datetime) -> list[Asked]:
    """Return for each wave how many people of *programme* it was open to, and how many answered."""
    return [Asked(wave, *_asked(session, programme, wave, now)) for wave in LATER]


def _asked(
    session: Session, programme: models.Programme, wave: Wave, now: datetime
) -> tuple[int, int]:
    answered = exists().where(
        SurveyAnswer.conversation_id == Conversation.id,
        SurveyAnswer.participant_id == Participant.id,
        SurveyAnswer.survey == wave.name,
        SurveyAnswer.item != waves.DONE,
    )
    people, replied = session.execute(
        select(func.count(), func.count().filter(answered))
        .select_from(Conversation)
        .join(Pair, Pair.id == Conversation.pair_id)
        .join(Participant, waves.mine())
        .where(
            Participant.programme_id == programme.id,
            waves.held(),
            waves.is_first(),
            Conversation.closed_at <= now - timedelta(weeks=wave.weeks),
        )
    ).one()
    return people, replied


def _unwritten(
    session: Session, wave: Wave, wanted: ColumnElement[bool], kind: str
) -> Sequence[Row[Conversation, Participant]]:
    """Return who is to be written to about which conversation, and was not yet."""
    person = cast(Participant.id, String)
    known = exists().where(Mail.dedupe == literal(f"{wave.name}:") + person)
    stopped = exists().where(
        MailStop.account_id == Participant.account_id, MailStop.mailing == mailings.of(kind)
    )
    return session.execute(
        select(Conversation, Participant)
        .join(Pair, Pair.id == Conversation.pair_id)
        .join(Participant, waves.mine())
        .join(Account, Account.id == Participant.account_id)
        .options(joinedload(Conversation.pair), joinedload(Participant.account))
        .where(
            wanted, Participant.withdrawn_at.is_(None), Account.active.is_(True), ~known, ~stopped
        )
        .order_by(Participant.id)
        .limit(AT_ONCE)
    ).all()


def _letter(
    row: Row[Conversation, Participant],
    wave: Wave,
    context: Mapping[str, object],
    site: str,
    now: datetime,
) -> dict[str, object]:
    conversation, person = row
    kind = PROPOSAL if wave is SECOND else KIND
    page = f"conversations/{conversation.token}/later" if kind == KIND else "home"
    return mail.written(
        to=person.account,
        kind=kind,
        dedupe=f"{wave.name}:{person.id}",
        context={
            "other": journey.other(conversation.pair, person).first_name,
            "url": f"{site}/{page}",
            **context,
        },
        now=now,
    )


def _put(session: Session, letters: list[dict[str, object]]) -> int:
    if letters:
        mail.put(session, letters)
    return len(letters)
