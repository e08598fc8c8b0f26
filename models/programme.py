"""Programmes, and the guides their conversations follow."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class GuideVersion(Base):
    """The exact text of a guide, kept so that an edit never changes a past conversation."""

    __tablename__ = "guide_versions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    slug: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    stored_at: Mapped[datetime]


class Programme(Base):
    """One organisation's run of Earshot: its guide, its questionnaire, its rules.

    `guide` and `questionnaire` are slugs of files; `policy` is a matching policy as a mapping.
    `synthetic` marks a made-up population, and every page that shows it says so.
    """

    __tablename__ = "programmes"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    guide: Mapped[str] = mapped_column(String(64))
    questionnaire: Mapped[str] = mapped_column(String(64))
    languages: Mapped[list[str]] = mapped_column(JSON)
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    policy: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    synthetic: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
