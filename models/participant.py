"""Participants: an account's place in one programme, and the profile it is matched on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.account import Account
from models.base import Base
from models.programme import Programme


class Participant(Base):
    """An account in a programme. `waiting_since` is when it last entered the pool.

    `returned_at` is when it came back into the pool, or changed what it is matched on; empty
    once a round has looked for it since. `hints` is off where this person wants no language
    hints, whatever the programme offers.
    """

    __tablename__ = "participants"
    __table_args__ = (
        UniqueConstraint("account_id", "programme_id"),
        CheckConstraint("capacity BETWEEN 1 AND 4", name="capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    first_name: Mapped[str] = mapped_column(String(80))
    capacity: Mapped[int] = mapped_column(default=1)
    hints: Mapped[bool] = mapped_column(default=True, server_default=true())
    joined_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    programme: Mapped[Programme] = relationship()


class Answer(Base):
    """One answer to one item of the questionnaire; `value` is empty where it was skipped."""

    __tablename__ = "answers"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[float | None]
    choice: Mapped[str | None] = mapped_column(String(120))
    importance: Mapped[int | None]
    answered_at: Mapped[datetime]


class Language(Base):
    """A language a participant can hold a conversation in (BCP 47 tag)."""

    __tablename__ = "participant_languages"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(16), primary_key=True)


class Topic(Base):
    """A topic a participant would like to talk about."""

    __tablename__ = "participant_topics"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(String(64), primary_key=True)


class Availability(Base):
    """A free hour in a participant's week, local to `Account.zone`; Monday is 0."""

    __tablename__ = "availability"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    )

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    weekday: Mapped[int] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
