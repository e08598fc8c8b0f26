"""One of everything an address can name, and one of everybody who may come for it."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from flask import Flask
from sqlalchemy.orm import Session

import models
from services import enrolment
from tests import factories
from tests.factories import NOW
from tests.rounds import people
from tests.visitors import Visitor

GUIDE = Path(__file__).parents[2] / "guides" / "first-short.en.toml"


@dataclass(frozen=True)
class World:
    """Who there is, and the arguments of addresses that belong to Ada."""

    accounts: dict[str, models.Account | None]
    coming: str
    over: str
    invitation: int
    slug: str

    def visitor(self, app: Flask, who: str, site: str = "http://localhost") -> Visitor:
        return Visitor(app, self.accounts[who], site)

    def arguments(self, endpoint: str, names: set[str]) -> dict[str, object]:
        known = {
            "token": self.over if endpoint.startswith("surveys.") else self.coming,
            "invitation_id": self.invitation,
            "question_id": "name",
            "purpose": "research",
            "number": 1,
            "slug": self.slug,
            "month": "2026-08",
        }
        return {name: known[name] for name in names}


def build(session: Session) -> World:
    programme = people.programme(session, slug="across")
    made = {role: factories.account(session, role) for role in ("facilitator", "staff", "admin")}
    ada, ben, eve = people.crowd(session, programme, 3)
    enrolment.consent(session, ada.account_id, ["matching", "conversation"], NOW)
    version = factories.guide_version(session, GUIDE.read_text(encoding="utf-8"))
    pair = factories.pair(session, ada, ben)
    over = factories.conversation(
        session, pair, version, NOW - timedelta(days=1), state="closed", started_at=NOW
    )
    over.closed_at = NOW
    coming = factories.conversation(session, pair, version, NOW + timedelta(hours=5))
    session.add(_release(programme))
    invitation = _invite(session, factories.pair(session, ada, eve))
    session.commit()
    accounts = {"nobody": None, "owner": ada.account, "stranger": ben_of(session, programme)}
    session.commit()
    return World(accounts | made, coming.token, over.token, invitation.id, programme.slug)


def ben_of(session: Session, programme: models.Programme) -> models.Account:
    """Return a participant of the same programme who is in none of Ada's pairs."""
    return people.person(session, programme, 3).account


def _invite(session: Session, pair: models.Pair) -> models.Invitation:
    made = [
        models.Invitation(
            pair=pair, participant=person, sent_at=NOW, expires_at=NOW + timedelta(days=3)
        )
        for person in (pair.first, pair.second)
    ]
    session.add_all(made)
    session.flush()
    return made[0]


def _release(programme: models.Programme) -> models.Release:
    return models.Release(
        programme_id=programme.id,
        period="2026-08",
        at=NOW,
        mechanism="suppression",
        policy={},
        digest="0" * 64,
        archive=_archive(),
    )


def _archive() -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as archive:
        archive.writestr("datapackage.json", '{"resources": []}')
    return held.getvalue()
