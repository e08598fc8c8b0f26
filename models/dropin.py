"""Drop-in hours, who waits in their lobby, and who stands by for somebody else's hour."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.conversation import Conversation
from models.participant import Participant
from models.programme import Programme

ARRIVAL_STATES = ("waiting", "paired", "left", "lost", "unmatched", "ended")


class Opening(Base):
    """A drop-in hour of a programme: from when to when its lobby is open, in UTC."""

    __tablename__ = "openings"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="order"),
        UniqueConstraint("programme_id", "opens_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime] = mapped_column(index=True)

    programme: Mapped[Programme] = relationship()


class Arrival(Base):
    """One participant's wait in a lobby. `seen_at` is the page's last sign of life.

    A participant waits in one place at a time: the partial index is that promise, and the move
    from `waiting` to `paired` is one UPDATE of two rows.
    """

    __tablename__ = "arrivals"
    __table_args__ = (
        Index(
            "uq_arrivals_waiting",
            "participant_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("openings.id"), index=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), index=True
    )
    came_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    ended_at: Mapped[datetime | None]
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )

    opening: Mapped[Opening] = relationship()
    participant: Mapped[Participant] = relationship()
    conversation: Mapped[Conversation | None] = relationship()


class Standby(Base):
    """That a participant keeps one UTC hour free for somebody whose partner does not come.

    `called_at` is when they were asked, `conversation_id` for what; `credited_at` is when the hour
    was put to their credit, called or not.
    """

    __tablename__ = "standbys"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    offered_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    credited_at: Mapped[datetime | None]
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="SET NULL")
    )

    participant: Mapped[Participant] = relationship()
