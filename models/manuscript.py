"""Guides and questionnaires that were written in the browser, every version of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ManuscriptVersion(Base):
    """The TOML `text` of a guide or questionnaire from one moment on; `number` counts from 1.

    `kind` is `guide` or `questionnaire`. The newest takes the place of the file of that name.
    """

    __tablename__ = "manuscript_versions"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
