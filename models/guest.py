"""Guests: addresses a programme invites by mail, until their owners sign up."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class GuestList(Base):
    """One checked file of guests. `rows` (packed) is emptied once all are in `guests`.

    `total` guests are to come in, `done` of them are in; nobody sees any of them before
    `finished_at`, so that a list is there whole or not at all.
    """

    __tablename__ = "guest_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(200))
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    rows: Mapped[bytes] = mapped_column(LargeBinary)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Guest(Base):
    """An address a programme may write to; `key` is the account's key of the same address.

    `asked_at` is when staff wanted the invitation sent, `told_at` when it was written, and
    `refused_at` when the guest took themselves off: the address goes, the key stays, so that
    another list does not bring them back.
    """

    __tablename__ = "guests"
    __table_args__ = (UniqueConstraint("programme_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    list_id: Mapped[int] = mapped_column(ForeignKey("guest_lists.id"), index=True)
    email: Mapped[str] = mapped_column(String(255))
    key: Mapped[str] = mapped_column(String(64), index=True)
    first_name: Mapped[str] = mapped_column(String(80))
    locale: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime | None] = mapped_column(index=True)
    told_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
