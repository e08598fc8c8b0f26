"""What people are asked after a conversation, and the card they keep of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from conversation.state import Room
from conversation.view import view
from matcher.questionnaire import Item, Questionnaire
from services.conversations.waves import AFTER, AGAIN, DONE
from services.people.profiles import BadAnswer
from services.staff import questionnaires

WORDS = "words"
LONGEST = 500
LADDER = 10  # the longest scale that is shown as rungs
MINUTES = 3


@dataclass(frozen=True, slots=True)
class Keepsake:
    """What stays with one person: values both ticked, their own line, whether to talk again."""

    shared: tuple[str, ...] = ()
    line: str = ""
    again: bool | None = None
    both: bool = False


def asked(language: str) -> Questionnaire:
    """Return the questions after a conversation."""
    return questionnaires.load(AFTER, language)


def parts(survey: Questionnaire) -> tuple[tuple[Item, ...], ...]:
    """Return the questions page by page: short scales, thermometers, the rest."""
    scales = [item for item in survey.items if item.scale is not None]
    short = tuple(one for one in scales if one.scale is not None and one.scale.span < LADDER)
    warm = tuple(one for one in scales if one not in short)
    return short, warm, tuple(item for item in survey.items if item.scale is None)


def answers(
    session: Session,
    conversation: models.Conversation,
    participant_id: int,
    *,
    survey: str = AFTER,
) -> dict[str, models.SurveyAnswer]:
    """Return what one person has answered about a conversation so far, by item."""
    rows = session.scalars(
        select(models.SurveyAnswer).where(
            models.SurveyAnswer.conversation_id == conversation.id,
            models.SurveyAnswer.participant_id == participant_id,
            models.SurveyAnswer.survey == survey,
        )
    )
    return {row.item: row for row in rows}


def save(
    session: Session,
    conversation: models.Conversation,
    participant_id: int,
    given: Mapping[Item, str],
    now: datetime,
    *,
    survey: str = AFTER,
) -> dict[str, str]:
    """Keep what was answered of one page, blanks passed over; return what was wrong, by item."""
    right, wrong = sorted_out(given)
    for item, kept in right.items():
        _keep(session, (conversation.id, participant_id, survey, item), now, **kept)
    return wrong


def sorted_out(
    given: Mapping[Item, str],
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Return the answers of a page as columns, and what was wrong; by item, blanks passed over."""
    right: dict[str, dict[str, Any]] = {}
    wrong: dict[str, str] = {}
    for item, text in given.items():
        if not text:
            continue
        try:
            right[item.id] = checked(item, text)
        except BadAnswer as error:
            wrong[item.id] = error.code
    return right, wrong


def say(
    session: Session,
    conversation: models.Conversation,
    participant_id: int,
    words: str,
    now: datetime,
) -> None:
    """Keep a line in somebody's own words, cut to its longest length; nothing when blank."""
    if words.strip():
        text = words.strip()[:LONGEST]
        _keep(session, (conversation.id, participant_id, AFTER, WORDS), now, words=text)


def finish(
    session: Session,
    conversation: models.Conversation,
    participant_id: int,
    now: datetime,
    *,
    survey: str = AFTER,
) -> None:
    """Note that somebody is through, with or without answers: home stops asking."""
    _keep(session, (conversation.id, participant_id, survey, DONE), now)


def keepsake(room: Room, seat: str) -> Keepsake:
    """Return what a folded room leaves to the one in *seat*."""
    seen = view(room, seat)
    places, step = seen["overlap"] or (), seen["overlap_step"]
    prompts = room.guide.steps[step].prompts if step is not None else ()
    word = seen["activity"].get("mine") if seen["activity"]["kind"] == "reflect" else None
    return Keepsake(
        shared=tuple(prompts[place] for place in places),
        line=word["line"] if word else "",
        again=word["again"] if word else None,
        both=seen["again"],
    )


def again(
    session: Session, conversation: models.Conversation, participant_id: int, kept: Keepsake
) -> str:
    """Say whether they talk again: `both`, `waiting` for the other's word, or `no`.

    What one person answered is never told to the other unless both said yes.
    """
    pair = conversation.pair
    others = pair.second_id if pair.first_id == participant_id else pair.first_id
    mine = kept.again or _yes(session, conversation, participant_id)
    if kept.both or (mine and _yes(session, conversation, others)):
        return "both"
    return "waiting" if mine else "no"


def _yes(session: Session, conversation: models.Conversation, participant_id: int) -> bool:
    row = session.get(models.SurveyAnswer, (conversation.id, participant_id, AFTER, AGAIN))
    return row is not None and row.value == 1


def checked(item: Item, text: str) -> dict[str, Any]:
    """Return an answer as columns: `value`, `choice`; raise BadAnswer for what is none."""
    if item.scale is None:
        if text not in item.options:
            raise BadAnswer("unknown")
        yes = float(text == item.options[0]) if item.id == AGAIN else None
        return {"choice": text, "value": yes}
    try:
        value = float(text)
    except ValueError:
        raise BadAnswer("unknown") from None
    if not value.is_integer() or not item.scale.min <= value <= item.scale.max:
        raise BadAnswer("unknown")
    return {"value": value}


def _keep(session: Session, key: tuple[int, int, str, str], now: datetime, **kept: Any) -> None:
    """Keep one answer; *key* is of the conversation, the person, the survey and the item."""
    row = session.get(models.SurveyAnswer, key)
    if row is None:
        names = ("conversation_id", "participant_id", "survey", "item")
        row = models.SurveyAnswer(**dict(zip(names, key, strict=True)))
        session.add(row)
    row.value, row.choice = kept.get("value"), kept.get("choice")
    row.words, row.at = kept.get("words"), now
    session.flush()
