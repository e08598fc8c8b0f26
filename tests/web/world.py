"""One of everything an address can name, and one of everybody who may come for it."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from flask import Flask
from sqlalchemy.orm import Session

import models
from services.people import enrolment
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
    case: str

    def visitor(self, app: Flask, who: str, site: str = "http://localhost") -> Visitor:
        return Visitor(app, self.accounts[who], site)

    def arguments(self, endpoint: str, names: set[str]) -> dict[str, object]:
        known = {
            "token": self._token(endpoint),
            "conversation_id": 1,
            "participant_id": 1,
            "shift_id": 1,
            "opening_id": 1,
            "invitation_id": self.invitation,
            "question_id": "name",
            "purpose": "research",
            "mailing": "reminders",
            "number": 1,
            "slug": "values" if endpoint.startswith(("journey.", "manuscripts.")) else self.slug,
            "kind": "guide",
            "language": "en",
            "month": "2026-08",
            "name": "datapackage.json",
        }
        return {name: known[name] for name in names}

    def _token(self, endpoint: str) -> str:
        if endpoint.startswith("queue.") or endpoint == "safety.case":
            return self.case
        over = ("surveys.", "later.", "journey.", "safety.report", "safety.onward")
        return self.over if endpoint.startswith(over) else self.coming


def build(session: Session) -> World:
    programme = people.programme(session, slug="across", accent="#1a5e50")
    made = {role: factories.account(session, role) for role in ("facilitator", "staff", "admin")}
    ada, ben, eve = people.crowd(session, programme, 3)
    enrolment.consent(session, ada.account_id, ["matching", "conversation"], NOW)
    session.add(
        models.SignIn(
            account_id=ada.account_id, mark="m", device="Firefox", began_at=NOW, seen_at=NOW
        )
    )
    version = factories.guide_version(session, GUIDE.read_text(encoding="utf-8"))
    pair = factories.pair(session, ada, ben)
    over = factories.conversation(
        session, pair, version, NOW - timedelta(days=1), state="closed", started_at=NOW
    )
    over.closed_at = NOW
    session.add(models.Commitment(conversation=over, first="x", second="y", signed_at=NOW))
    session.add_all(
        models.SurveyAnswer(
            conversation_id=over.id,
            participant_id=one.id,
            survey="after",
            item="again",
            value=1,
            at=NOW,
        )
        for one in (ada, ben)
    )
    coming = factories.conversation(session, pair, version, NOW + timedelta(hours=5))
    session.add(_release(programme))
    session.add(_guest_list(programme))
    session.add(_wait_list(programme))
    session.add(_preview(programme))
    invitation = _invite(session, factories.pair(session, ada, eve))
    session.commit()
    case = _case(session, over, about=ada)
    session.commit()
    accounts = {"nobody": None, "owner": ada.account, "stranger": ben_of(session, programme)}
    session.commit()
    return World(accounts | made, coming.token, over.token, invitation.id, programme.slug, case)


def _case(session: Session, over: models.Conversation, about: models.Participant) -> str:
    """Store a decided report about *about*; return its token."""
    made = models.Report(
        token="case",
        conversation_id=over.id,
        reported_id=about.id,
        reason="other",
        at=NOW,
        due_at=NOW + timedelta(days=1),
        last_seq=1,
        digest=b"d",
        evidence=b"e",
    )
    session.add(made)
    session.flush()
    session.add(
        models.Decision(
            report_id=made.id, on_appeal=False, at=NOW, measure="suspended", reason=b"r"
        )
    )
    return made.token


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


def _wait_list(programme: models.Programme) -> models.WaitList:
    began = NOW - timedelta(days=5)
    return models.WaitList(programme_id=programme.id, seed="0" * 64, starts_at=began, made_at=began)


def _preview(programme: models.Programme) -> models.RoundPreview:
    return models.RoundPreview(
        id=1,
        programme_id=programme.id,
        at=NOW,
        seed=1,
        state="undone",
        policy={},
        report={},
        body=b"",
    )


def _guest_list(programme: models.Programme) -> models.GuestList:
    report = {"wrong": 0, "lines": 1, "known": 0, "members": 0, "twice": 0, "refused": 0}
    return models.GuestList(
        id=1, programme_id=programme.id, name="list.csv", report=report, rows=b"", total=1, at=NOW
    )


def _archive() -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as archive:
        archive.writestr("datapackage.json", '{"resources": []}')
    return held.getvalue()
