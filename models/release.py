"""Releases: the figures that left the house, byte for byte."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Release(Base):
    """One programme's tables for one closed month, computed once and served ever after."""

    __tablename__ = "releases"
    __table_args__ = (UniqueConstraint("programme_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"))
    period: Mapped[str] = mapped_column(String(7))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    mechanism: Mapped[str] = mapped_column(String(32))
    policy: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    archive: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerEntry(Base):
    """What one table or mean of a release cost each person in it, as epsilon.

    Written in the release's own transaction. `once` marks tables that show a person once ever.
    """

    __tablename__ = "ledger_entries"

    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(96), primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    period: Mapped[str] = mapped_column(String(7))
    epsilon: Mapped[float]
    once: Mapped[bool]
