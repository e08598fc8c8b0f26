"""Conversations, the log that is their room, and the keys that open it."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, KeyBase
from models.round import Pair

CONVERSATION_STATES = ("scheduled", "open", "closed", "missed", "cancelled")


class Conversation(Base):
    """A scheduled or running pair; in the room, the pair's first is seat "a", its second "b".

    `token` names it in addresses. `sequence` counts calendar updates (RFC 5545 SEQUENCE).
    `step` and `steps` are how far the guide was walked, kept after the log is gone.
    """

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id", ondelete="CASCADE"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    guide_digest: Mapped[str] = mapped_column(ForeignKey("guide_versions.digest"))
    language: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="scheduled", index=True)
    scheduled_at: Mapped[datetime] = mapped_column(index=True)
    sequence: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    ending: Mapped[str | None] = mapped_column(String(32))
    step: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    purged_at: Mapped[datetime | None]

    pair: Mapped[Pair] = relationship()


class RoomEvent(Base):
    """One event of a room's log: the room is its fold.

    `sealed` is the encrypted data, bound to conversation, sequence and sender. `act_id` and
    `act_hash` (of the client's act, keyed) make a resent act harmless. An id needs no index of
    its own: whoever writes a place of the log has read every place before it.
    """

    __tablename__ = "room_events"

    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    type: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(16))
    act_id: Mapped[str | None] = mapped_column(String(36))
    act_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ConversationKey(KeyBase):
    """The key of one conversation (or sealed report), wrapped by the master key `master`.

    Destroying the row makes the conversation unreadable, also in an older backup of the rest.
    """

    __tablename__ = "conversation_keys"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    master: Mapped[str] = mapped_column(String(16))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
