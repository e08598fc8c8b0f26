"""How long each way of waiting lasts: for the pages, the jobs and the participant's path."""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from models import Participant, Standby

LOST = timedelta(minutes=1)  # in a lobby without a sign of life
CHOICE = timedelta(minutes=5)  # in a lobby; from then on the page asks what to do
UNMATCHED = timedelta(minutes=20)  # in a lobby where nobody fits
STANDBY = timedelta(minutes=30)  # into an hour; later nobody who stands by is asked
LAST_MINUTE = timedelta(hours=1)  # before an hour; a cancellation so late asks who stands by
CREDIT = timedelta(days=7)  # of waiting, for each hour kept free for somebody else
TOLD, CHOOSE = timedelta(minutes=1), timedelta(minutes=3)  # of a partner who does not come


def kept() -> ColumnElement[int]:
    """How many hours a participant has kept free since they began to wait (a column)."""
    return (
        select(func.count())
        .select_from(Standby)
        .where(
            Standby.participant_id == Participant.id,
            Standby.credited_at >= Participant.waiting_since,
        )
        .correlate(Participant)
        .scalar_subquery()
    )
