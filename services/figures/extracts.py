"""Extracts for research: rows of people who agreed, under an agreement, logged and marked.

Each extract has pseudonyms of its own, made with a key that is drawn for it and thrown away: two
extracts cannot be joined, and nobody can go back to a person. The digest of the pseudonyms goes
into the audit log with the agreement: it is the mark by which a leaked copy is traced.
"""

import csv
import hashlib
import hmac
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from disclosure import anonymity
from disclosure.sheets import neutral
from models import Answer, AuditEntry, Consent, Participant, Programme
from services.figures import menu
from services.figures.funnel import SINCE_EVER, Span
from services.figures.looks import Look
from services.site import audit

FEWEST = 10
RESEARCH = "research"
ACTION = "research.extract"
OUTCOMES = ("talked", "felt_heard", "warmth_change")
NOT_TALKED = ("no", "", "")


class NobodyLeft(ValueError):
    """Too few people agreed for an extract; nothing was written."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The files of an extract; `left_out` are people it could not hold, `mark` traces a copy."""

    table: bytes
    codebook: bytes
    rows: int
    left_out: int
    mark: str


def make(
    session: Session,
    programme: Programme,
    agreement: str,
    key: bytes,
    now: datetime,
    *,
    actor: str,
) -> Extract:
    """Return an extract for the partner of *agreement*, written into the audit log.

    *key* is drawn for this extract and forgotten; *actor* is who makes it, as in `account:12`.
    Raises NobodyLeft.
    """
    items = [item for item in menu.asked(session, programme)[0].of("background") if item.options]
    names = [item.id for item in items]
    people = _agreed(session, programme)
    known = _known(session, people, names)
    held = anonymity.anonymous([known[person] for person in people], FEWEST)
    after = _outcomes(session, programme, now)
    rows = sorted(
        (_pseudonym(key, person), *map(neutral, row), *after.get(person, NOT_TALKED))
        for person, row in zip(people, held, strict=True)
        if row is not None
    )
    if not rows:
        raise NobodyLeft(
            f"{programme.slug}: fewer than {FEWEST} people who agreed to research are alike. "
            "Nothing was written."
        )
    mark = hashlib.sha256("".join(row[0] for row in rows).encode()).hexdigest()
    made = Extract(
        _table(("pseudonym", *names, *OUTCOMES), rows),
        _codebook(programme, agreement, names, mark),
        len(rows),
        len(people) - len(rows),
        mark,
    )
    audit.record(
        session,
        now=now,
        actor=actor,
        action=ACTION,
        subject=f"programme:{programme.id}",
        agreement=agreement,
        mark=made.mark,
        rows=made.rows,
    )
    return made


def made_before(session: Session, programme: Programme) -> list[AuditEntry]:
    """Return the lines of the audit log about extracts of *programme*, the latest first."""
    return list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == ACTION, AuditEntry.subject == f"programme:{programme.id}")
            .order_by(AuditEntry.seq.desc())
        )
    )


def willing(session: Session, programme: Programme) -> int:
    """Return how many people of *programme* agree to research now."""
    return len(_agreed(session, programme))


def _agreed(session: Session, programme: Programme) -> list[int]:
    """Return who of *programme* agrees to research now, in order."""
    agreed = select(Consent.account_id).where(
        Consent.purpose == RESEARCH, Consent.withdrawn_at.is_(None)
    )
    return list(
        session.scalars(
            select(Participant.id)
            .where(
                Participant.programme_id == programme.id,
                Participant.withdrawn_at.is_(None),
                Participant.account_id.in_(agreed),
            )
            .order_by(Participant.id)
        )
    )


def _known(
    session: Session, people: Sequence[int], names: Sequence[str]
) -> dict[int, tuple[str, ...]]:
    """Return what each of *people* answered to the items *names*, "" where nothing."""
    given = session.execute(
        select(Answer.participant_id, Answer.item, Answer.choice).where(Answer.item.in_(names))
    )
    answers = {(person, item): choice or "" for person, item, choice in given}
    return {person: tuple(answers.get((person, name), "") for name in names) for person in people}


def _outcomes(
    session: Session, programme: Programme, now: datetime
) -> dict[int, tuple[str, str, str]]:
    """Return what came of the first conversation of everybody who talked."""
    look = Look(session, programme, Span(SINCE_EVER, now))
    return {
        talk.person: (
            "yes",
            _rounded(look.heard.get(talk.key)),
            _rounded(look.warmer.get(talk.key)),
        )
        for talk in look.talks
    }


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _pseudonym(key: bytes, person: int) -> str:
    return hmac.new(key, str(person).encode(), hashlib.sha256).hexdigest()[:20]


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode()


def _codebook(programme: Programme, agreement: str, names: Sequence[str], mark: str) -> bytes:
    told = {
        "programme": programme.slug,
        "agreement": agreement,
        "mark": mark,
        "alike": FEWEST,
        "quasi_identifiers": list(names),
        "columns": {
            "pseudonym": "made for this extract only; it cannot be joined with another one",
            "talked": "yes where a conversation was begun",
            "felt_heard": "Feeling Heard after the first conversation, mean of the items, 1 to 7",
            "warmth_change": "change of warmth towards those who see it differently",
        },
        "terms": "For the partner of the agreement only. Do not hand on or try to name anyone.",
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
