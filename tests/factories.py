"""People and programmes for tests: small functions, each with the traits a test needs to say."""

from datetime import UTC, datetime, timedelta
from itertools import count
from secrets import token_urlsafe

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models

NOW = datetime(2026, 10, 7, 12, 0, tzinfo=UTC)

_numbers = count(1)


def role(session: Session, name: str) -> models.Role:
    found = session.scalars(select(models.Role).where(models.Role.name == name)).one_or_none()
    made = found or models.Role(name=name)
    session.add(made)
    session.flush()
    return made


def account(session: Session, *roles: str, email: str | None = None, **given) -> models.Account:
    number = next(_numbers)
    made = models.Account(
        email=email or f"person{number}@example.org",
        key=given.pop("key", f"{number:064x}"),
        fs_uniquifier=token_urlsafe(24),
        confirmed_at=given.pop("confirmed_at", NOW),
        adult_at=given.pop("adult_at", NOW),
        create_datetime=NOW,
        update_datetime=NOW,
        **given,
    )
    made.roles = [role(session, name) for name in roles or ("participant",)]
    session.add(made)
    session.flush()
    return made


def programme(session: Session, slug: str | None = None, **given) -> models.Programme:
    number = next(_numbers)
    made = models.Programme(
        slug=slug or f"programme-{number}",
        title=given.pop("title", "Across the table"),
        guide=given.pop("guide", "first"),
        questionnaire=given.pop("questionnaire", "first"),
        languages=given.pop("languages", ["en"]),
        opened_at=NOW - timedelta(days=90),
        **given,
    )
    session.add(made)
    session.flush()
    return made


def participant(
    session: Session, programme: models.Programme, account: models.Account | None = None, **given
) -> models.Participant:
    number = next(_numbers)
    owner = account or globals()["account"](session)
    made = models.Participant(
        account=owner,
        programme=programme,
        first_name=given.pop("first_name", f"Name{number}"),
        joined_at=given.pop("joined_at", NOW - timedelta(days=10)),
        completed_at=given.pop("completed_at", NOW - timedelta(days=9)),
        waiting_since=given.pop("waiting_since", NOW - timedelta(days=9)),
        **given,
    )
    session.add(made)
    session.flush()
    return made


def pair(
    session: Session, first: models.Participant, second: models.Participant, **given
) -> models.Pair:
    low, high = sorted([first, second], key=lambda person: person.id)
    made = models.Pair(
        first=low,
        second=high,
        proposed_at=given.pop("proposed_at", NOW - timedelta(days=2)),
        score=given.pop("score", 2.0),
        terms=given.pop("terms", {"values": 1.0, "difference": 1.0}),
        shared_values=given.pop("shared_values", ["self_transcendence"]),
        differences=given.pop("differences", ["view_guns"]),
        **given,
    )
    session.add(made)
    session.flush()
    return made


def guide_version(session: Session, text: str, slug: str = "first") -> models.GuideVersion:
    from conversation import guide

    digest = guide.parse(text, slug).digest
    found = session.get(models.GuideVersion, digest)
    made = found or models.GuideVersion(
        digest=digest, slug=slug, language="en", text=text, stored_at=NOW
    )
    session.add(made)
    session.flush()
    return made


def conversation(
    session: Session,
    pair: models.Pair,
    guide: models.GuideVersion,
    scheduled_at: datetime = NOW,
    **given,
) -> models.Conversation:
    made = models.Conversation(
        token=token_urlsafe(32),
        pair=pair,
        programme_id=pair.first.programme_id,
        guide_digest=guide.digest,
        language="en",
        scheduled_at=scheduled_at,
        **given,
    )
    session.add(made)
    session.flush()
    return made


def rows(session: Session, table: type[models.Base]) -> int:
    """Return how many rows *table* has."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def mails(session: Session, kind: str) -> list[models.Mail]:
    """Return the mails of one kind that were written, sent or not."""
    return list(session.scalars(select(models.Mail).where(models.Mail.kind == kind)))
