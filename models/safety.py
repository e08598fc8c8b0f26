"""Reports of harm and the evidence sealed with them."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

REPORT_REASONS = ("threat", "hate", "harassment", "sexual", "private-details", "minor", "other")


class Report(Base):
    """One participant's report about a conversation.

    `evidence` is the log up to `last_seq`, encrypted under a key of its own (subject
    `report:<token>`), so that it outlives the conversation's key until the case closes;
    `digest` is its SHA-256 before encryption. Who reported is never shown to the other.
    """

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    reporter_id: Mapped[int | None] = mapped_column(
        ForeignKey("participants.id", ondelete="SET NULL"), index=True
    )
    reason: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    last_seq: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    evidence: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
