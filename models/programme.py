"""Programmes, and the guides their conversations follow."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, false
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
    `hints` lets a writer see, before sending and alone, that words may be heard as blame.
    `lead` is the first sentence of its own page, `accent` its colour (`#rrggbb`), or empty; `logo`
    a PNG of ours. `terms` is what people agree to when they join, beside what Earshot asks.
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
    lead: Mapped[str] = mapped_column(Text, default="")
    accent: Mapped[str] = mapped_column(String(7), default="")
    terms: Mapped[str] = mapped_column(Text, default="", server_default="")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    synthetic: Mapped[bool] = mapped_column(default=False)
    hints: Mapped[bool] = mapped_column(default=False, server_default=false())
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))


class ProgrammeVersion(Base):
    """What a programme was like from one moment on; `data` by key, `number` counts from 1."""

    __tablename__ = "programme_versions"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
