"""A pair with a conversation, as the jobs find it."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

import models
from tests import factories
from tests.factories import NOW

GUIDE = (Path(__file__).parents[2] / "guides" / "first-short.en.toml").read_text(encoding="utf-8")


def conversation(
    session: Session,
    at: datetime = NOW,
    programme: models.Programme | None = None,
    **given,
) -> models.Conversation:
    """Add a conversation at *at* that both agreed to well before."""
    programme = programme or factories.programme(session)
    people = [factories.participant(session, programme) for _ in range(2)]
    pair = factories.pair(session, *people, proposed_at=at - timedelta(days=4))
    session.add_all(
        models.Invitation(
            pair=pair,
            participant=person,
            state="accepted",
            sent_at=pair.proposed_at,
            expires_at=pair.proposed_at + timedelta(days=3),
            answered_at=at - timedelta(days=3),
        )
        for person in people
    )
    guide = factories.guide_version(session, GUIDE, "first-short")
    return factories.conversation(session, pair, guide, at, **given)


def event(session: Session, of: models.Conversation, at: datetime, seq: int = 1) -> None:
    """Add one event to the log of a conversation."""
    session.add(
        models.RoomEvent(
            conversation_id=of.id, seq=seq, at=at, type="say", actor="a", sealed=b"sealed"
        )
    )
    session.flush()
