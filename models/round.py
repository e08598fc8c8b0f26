"""Rounds, the pairs they propose, and who must never be proposed again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.participant import Participant

EXCLUSION_REASONS = ("paired", "blocked", "reported")
PREVIEW_STATES = ("open", "published", "discarded", "undone")
INVITATION_STATES = ("open", "accepted", "declined", "expired", "withdrawn")


class Round(Base):
    """One run of the matcher over a programme's pool, with its policy and its proof.

    `scope` is `pool` where everybody was looked for, `returned` where only those who came back.
    """

    __tablename__ = "rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    at: Mapped[datetime]
    seed: Mapped[int]
    scope: Mapped[str] = mapped_column(String(16), default="pool")
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)


class RoundPreview(Base):
    """A round nobody was told of yet; `state` is one of `PREVIEW_STATES`.

    `version` grows with every change, so that of two who change or publish at once one wins.
    `body` (packed) has the pairs, what each person's place is worth and who is left over; it is
    emptied once the preview is over.
    """

    __tablename__ = "round_previews"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    seed: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(16), default="open")
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Pair(Base):
    """Two participants proposed to each other; `first_id` is the smaller id.

    `terms`, `shared_values` and `differences` are what the matcher said of them.
    """

    __tablename__ = "pairs"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="order"),
        UniqueConstraint("first_id", "second_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    first_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), index=True
    )
    second_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), index=True
    )
    proposed_at: Mapped[datetime]
    score: Mapped[float]
    terms: Mapped[dict[str, float]] = mapped_column(JSON)
    shared_values: Mapped[list[str]] = mapped_column(JSON)
    differences: Mapped[list[str]] = mapped_column(JSON)

    first: Mapped[Participant] = relationship(foreign_keys=[first_id])
    second: Mapped[Participant] = relationship(foreign_keys=[second_id])
    invitations: Mapped[list["Invitation"]] = relationship(back_populates="pair")


class Exclusion(Base):
    """Two people who are never proposed to each other again, by keyed hash of their addresses.

    The primary key is the promise: proposing a pair inserts its row, so two rounds at once cannot
    both propose it, and a re-created account is still covered.
    """

    __tablename__ = "exclusions"
    __table_args__ = (CheckConstraint("low < high", name="order"),)

    low: Mapped[str] = mapped_column(String(64), primary_key=True)
    high: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]


class Invitation(Base):
    """What one of a pair is asked to accept. `slots` are the UTC hours they ticked, in order.

    `told_at` is when the letter about it was written; a job writes those that have none.
    """

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("pair_id", "participant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id", ondelete="CASCADE"))
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(String(16), default="open")
    slots: Mapped[list[str]] = mapped_column(JSON, default=list)
    sent_at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]

    pair: Mapped[Pair] = relationship(back_populates="invitations")
    participant: Mapped[Participant] = relationship()
