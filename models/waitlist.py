"""Wait-list control: half of a programme's people, drawn by lot, begin later."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class WaitList(Base):
    """That a programme begins at `starts_at`, and its waiting half later.

    Everybody's half follows from `seed` (64 hexadecimal digits, secret until the wait is over).
    """

    __tablename__ = "wait_lists"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    seed: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime]
    made_at: Mapped[datetime]


class HalfAnswer(Base):
    """One answer to what both halves are asked at the same time, before the waiting half begins."""

    __tablename__ = "half_answers"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[float]
    at: Mapped[datetime]
