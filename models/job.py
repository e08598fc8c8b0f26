"""Jobs that ran, and mail on its way out."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class JobRun(Base):
    """That a job ran for its scheduled time, written in the transaction of its effect.

    The primary key makes the effect happen once, however many schedulers try.
    """

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(String(96), primary_key=True)
    scheduled_at: Mapped[datetime] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime]


class Mail(Base):
    """A message to send: written with what caused it, sent afterwards, retried with backoff.

    `dedupe` names the cause, so that nobody gets the same message twice.
    """

    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe: Mapped[str] = mapped_column(String(128), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    calendar: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))


class MailStop(Base):
    """That an account wants no more mail of one kind (a name of `services/letters/mailings.py`)."""

    __tablename__ = "mail_stops"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    mailing: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]


class Subscriber(Base):
    """An address that asked for the newsletter; it gets one only after `confirmed_at`."""

    __tablename__ = "subscribers"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    locale: Mapped[str] = mapped_column(String(16), default="en")
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
