"""What comes weeks after a conversation: when it is due, for whom, and whether it is settled.

Each wave is due once: questions at weeks 4 and 12 after somebody's first conversation, and a
second conversation at week 3 after a pair's latest. What is settled is a survey answer named DONE.

The conditions are of `Conversation` joined with `Pair`, and of `Participant`; they may stand in a
subquery of a subquery, and so say themselves what they are correlated with.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from models import Account, Conversation, Exclusion, Offer, Pair, Participant, SurveyAnswer

AFTER, AGAIN, DONE = "after", "again", "done"


@dataclass(frozen=True, slots=True)
class Wave:
    """One of them: the survey it stands under, when it opens after a conversation, how long."""

    name: str
    weeks: int
    days: int

    def due(self, now: datetime) -> ColumnElement[bool]:
        """Return the condition that a conversation's wave is open at *now*."""
        day = now - timedelta(weeks=self.weeks)
        return and_(
            held(),
            Conversation.closed_at <= day,
            Conversation.closed_at > day - timedelta(days=self.days),
        )

    def is_due(self, ended: datetime, now: datetime) -> bool:
        """Whether the wave of what *ended* then is open at *now*."""
        return ended <= now - timedelta(weeks=self.weeks) < ended + timedelta(days=self.days)


SECOND = Wave("week-3", 3, 7)
LATER = (Wave("week-4", 4, 14), Wave("week-12", 12, 14))
"""No two of them are open at once."""


def held() -> ColumnElement[bool]:
    """Return the condition that a conversation was held and is over."""
    return and_(Conversation.state == "closed", Conversation.started_at.is_not(None))


def mine() -> ColumnElement[bool]:
    """Return the condition that a pair is one of the participant's."""
    return (Pair.first_id == Participant.id) | (Pair.second_id == Participant.id)


def asked(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a conversation is a participant's first, with questions open."""
    due = (and_(wave.due(now), ~settled(wave)) for wave in LATER)
    return and_(or_(*due), is_first())


def settled(wave: Wave) -> ColumnElement[bool]:
    """Return the condition that a participant is through with a conversation's wave."""
    return (
        exists()
        .where(
            SurveyAnswer.conversation_id == Conversation.id,
            SurveyAnswer.participant_id == Participant.id,
            SurveyAnswer.survey == wave.name,
            SurveyAnswer.item == DONE,
        )
        .correlate(Conversation, Participant)
    )


def is_first() -> ColumnElement[bool]:
    """Return the condition that a participant held no conversation before this one."""
    earlier, pair = aliased(Conversation), aliased(Pair)
    return ~exists(
        select(earlier.id)
        .join(pair, pair.id == earlier.pair_id)
        .where(
            (pair.first_id == Participant.id) | (pair.second_id == Participant.id),
            earlier.state == "closed",
            earlier.started_at.is_not(None),
            earlier.closed_at < Conversation.closed_at,
        )
        .correlate(Conversation, Participant)
    )


def is_last() -> ColumnElement[bool]:
    """Return the condition that nothing came after a conversation, or is to come, for somebody."""
    later, pair = aliased(Conversation), aliased(Pair)
    return ~exists(
        select(later.id)
        .join(pair, pair.id == later.pair_id)
        .where(
            (pair.first_id == Participant.id) | (pair.second_id == Participant.id),
            later.id != Conversation.id,
            or_(
                later.state.in_(("scheduled", "open")),
                and_(later.state == "closed", later.closed_at > Conversation.closed_at),
            ),
        )
        .correlate(Conversation, Participant)
    )


def again(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a conversation's pair can have its second one, and has none.

    Both said that they would talk again; neither was offered it, is kept apart, or has gone.
    """
    offered = exists().where(Offer.pair_id == Conversation.pair_id).correlate(Conversation)
    return and_(SECOND.due(now), ~settled(SECOND), is_last(), both_again(), ~offered, ~_apart())


def both_again() -> ColumnElement[bool]:
    """Return the condition that both said, after the conversation, that they would talk again."""
    yes = (
        exists()
        .where(
            SurveyAnswer.conversation_id == Conversation.id,
            SurveyAnswer.participant_id == person,
            SurveyAnswer.survey == AFTER,
            SurveyAnswer.item == AGAIN,
            SurveyAnswer.value == 1,
        )
        .correlate(Conversation, Pair)
        for person in (Pair.first_id, Pair.second_id)
    )
    return and_(*yes)


def _apart() -> ColumnElement[bool]:
    """Return the condition that the two of a pair may not meet, or that one of them has gone."""
    people = aliased(Participant), aliased(Participant)
    one, two = aliased(Account), aliased(Account)
    barred = exists().where(
        Exclusion.reason != "paired",
        or_(
            and_(Exclusion.low == one.key, Exclusion.high == two.key),
            and_(Exclusion.low == two.key, Exclusion.high == one.key),
        ),
    )
    gone = ~one.active | ~two.active
    return exists(
        select(people[0].id)
        .join(one, one.id == people[0].account_id)
        .join(people[1], people[1].id == Pair.second_id)
        .join(two, two.id == people[1].account_id)
        .where(people[0].id == Pair.first_id, barred | gone)
        .correlate(Pair)
    )
