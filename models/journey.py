"""What follows a first conversation: offers of a later one, and the commitments made in it."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.conversation import Conversation
from models.round import Pair

OFFER_STATES = ("open", "accepted", "declined", "expired", "withdrawn")


class Offer(Base):
    """A later conversation that one of a pair offers the other: a guide's slug and UTC hours.

    It takes both: who offers says yes by offering, the other by choosing one of `hours`. One offer
    of a pair is open at a time.
    """

    __tablename__ = "offers"
    __table_args__ = (
        Index(
            "uq_offers_open",
            "pair_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    guide: Mapped[str] = mapped_column(String(64))
    hours: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16), default="open")
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]

    pair: Mapped[Pair] = relationship()


class Commitment(Base):
    """What the two of a conversation wrote and both signed: the part of its seat "a", and of "b".

    It outlives the room's log, because both put their names to it; erasing an account erases it.
    """

    __tablename__ = "commitments"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    first: Mapped[str] = mapped_column(Text)
    second: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime]

    conversation: Mapped[Conversation] = relationship()
