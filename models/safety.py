"""Reports of harm and what became of them, blocks, who is on duty, who asked to be called back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.account import Account
from models.base import Base
from models.conversation import Conversation
from models.participant import Participant

REPORT_REASONS = ("threat", "hate", "harassment", "sexual", "private-details", "minor", "other")
MEASURES = ("nothing", "talk", "suspended", "excluded")


class Report(Base):
    """One participant's report about a conversation.

    `evidence` is the log up to `last_seq`, encrypted under a key of its own (subject
    `report:<token>`), so that it outlives the conversation's key until the case closes;
    `digest` is its SHA-256 before encryption. Who reported is never shown to the other.
    `due_at` is when it has to be decided; `alarmed_at` when somebody was told that it was not.
    `appealed_at` and `appeal` (sealed like the evidence) are the objection of who was reported.
    """

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    reporter_id: Mapped[int | None] = mapped_column(
        ForeignKey("participants.id", ondelete="SET NULL"), index=True
    )
    reported_id: Mapped[int | None] = mapped_column(
        ForeignKey("participants.id", ondelete="SET NULL"), index=True
    )
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    last_seq: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    evidence: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime | None]
    alarmed_at: Mapped[datetime | None]
    appealed_at: Mapped[datetime | None]
    appeal: Mapped[bytes | None] = mapped_column(LargeBinary)
    closed_at: Mapped[datetime | None]

    conversation: Mapped[Conversation] = relationship()
    reporter: Mapped[Participant | None] = relationship(foreign_keys=[reporter_id])
    reported: Mapped[Participant | None] = relationship(foreign_keys=[reported_id])
    holder: Mapped[Account | None] = relationship()


class Decision(Base):
    """What was decided on a report, or on the appeal against it.

    `reason` is for whoever was reported to read, and sealed under the report's key. `until` is
    how long a suspension lasts.
    """

    __tablename__ = "decisions"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True
    )
    on_appeal: Mapped[bool] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    measure: Mapped[str] = mapped_column(String(16))
    until: Mapped[datetime | None]
    reason: Mapped[bytes] = mapped_column(LargeBinary)


class Block(Base):
    """That an account never wants to meet the other of a pair again; the other is not told."""

    __tablename__ = "blocks"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    pair_id: Mapped[int] = mapped_column(
        ForeignKey("pairs.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime]


class Shift(Base):
    """When a facilitator is on duty: who is called when somebody asks for help."""

    __tablename__ = "shifts"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class FacilitatorName(Base):
    """What an account is called where participants read who helped them, for its first name."""

    __tablename__ = "facilitator_names"
    __table_args__ = (UniqueConstraint("account_id", "first_name"),)

    shown: Mapped[str] = mapped_column(String(96), primary_key=True)
    first_name: Mapped[str] = mapped_column(String(80))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))


class Callback(Base):
    """That a participant wants to talk to a facilitator after a conversation, and who did."""

    __tablename__ = "callbacks"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))

    participant: Mapped[Participant] = relationship()
