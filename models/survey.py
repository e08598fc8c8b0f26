"""What people answered after a conversation."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class SurveyAnswer(Base):
    """One answer of one participant to one item of one survey (`after`, `week-4`, `week-12`).

    A number, a choice from a list, or words of their own; all empty where it was skipped.
    """

    __tablename__ = "survey_answers"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    survey: Mapped[str] = mapped_column(String(16), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[float | None]
    choice: Mapped[str | None] = mapped_column(String(120))
    words: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime]
