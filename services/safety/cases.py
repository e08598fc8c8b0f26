"""The reports that wait for somebody: the queue, its clocks and alarms, the sealed evidence.

Whoever was reported is never told by whom; whoever decides sees what the reporter attached and
nothing else of the conversation, and each look is in the audit log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from models.safety import MEASURES
from services.letters import mail
from services.safety import duty, reports
from services.site import audit, crypto
from services.site.config import Config
from services.site.crypto import KeyStore

APPEAL_DAYS = 30


class Destroyed(ValueError):
    """The evidence was kept as long as the case, and is gone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reporter chose to show. `said` are (who, at, text): "A" reported, "B" was."""

    said: tuple[tuple[str, datetime, str], ...]
    words: str
    whole: int  # messages in the sealed log


def find(session: Session, token: str) -> models.Report | None:
    """Return the report an address names, or None."""
    return session.scalars(select(models.Report).where(models.Report.token == token)).one_or_none()


def queue(session: Session) -> Sequence[models.Report]:
    """Return what waits for a decision, the earliest clock first; appeals count as waiting."""
    decided = select(models.Decision.report_id)
    first = models.Report.id.not_in(decided.where(~models.Decision.on_appeal))
    again = models.Report.appealed_at.is_not(None) & models.Report.id.not_in(
        decided.where(models.Decision.on_appeal)
    )
    return session.scalars(
        select(models.Report)
        .where(models.Report.closed_at.is_(None), first | again)
        .order_by(models.Report.due_at, models.Report.id)
    ).all()


def decisions(session: Session, report: models.Report) -> Sequence[models.Decision]:
    """Return what was decided, the first decision first."""
    return session.scalars(
        select(models.Decision)
        .where(models.Decision.report_id == report.id)
        .order_by(models.Decision.on_appeal)
    ).all()


def look(
    session: Session, keys: KeyStore, report: models.Report, account_id: int, now: datetime
) -> Shown:
    """Open what the reporter attached, note the look, and take the case if nobody has it."""
    if report.evidence == b"":
        raise Destroyed("The evidence of this case is destroyed: it was closed long enough ago.")
    key = crypto.open_key(keys, reports.subject(report.token))
    plain = crypto.unseal(key, report.evidence, reports.subject(report.token))
    found = orjson.loads(plain)
    report.seen_at = report.seen_at or now
    report.holder_id = report.holder_id or account_id
    note(session, report, "look", account_id, now)
    attached = set(found["attached"])
    said = tuple(
        ("A" if actor == found["reporter"] else "B", datetime.fromisoformat(at), data["text"])
        for seq, at, actor, kind, data in found["log"]
        if seq in attached and "text" in data
    )
    whole = sum("text" in row[4] for row in found["log"])
    return Shown(said, found["words"], whole)


def earlier(session: Session, report: models.Report) -> int:
    """Return how many earlier cases about the same account ended with a measure."""
    if report.reported is None:
        return 0
    theirs = select(models.Participant.id).where(
        models.Participant.account_id == report.reported.account_id
    )
    wanted = (
        select(func.count(func.distinct(models.Report.id)))
        .join(models.Decision, models.Decision.report_id == models.Report.id)
        .where(
            models.Report.reported_id.in_(theirs),
            models.Report.id != report.id,
            models.Decision.measure != "nothing",
        )
    )
    return session.scalar(wanted) or 0


def usual(session: Session, report: models.Report) -> str:
    """Return the measure that graduated limits would come to, were the report right."""
    if report.reason in reports.URGENT:
        return "suspended"
    return MEASURES[min(1 + earlier(session, report), 3)]


def alarm_due(session: Session, now: datetime, config: Config) -> int:
    """Tell whoever is on duty of urgent reports at once and of every clock that ran out."""
    told = 0
    for report in queue(session):
        late = report.due_at <= now
        urgent = report.reason in reports.URGENT and report.seen_at is None
        first = report.alarmed_at is None and (urgent or late)
        again = report.alarmed_at is not None and report.alarmed_at < report.due_at <= now
        if first or again:
            told += _alarm(session, report, now, config)
    return told


def close_due(session: Session, now: datetime) -> int:
    """Close the cases nobody objected to in time; return how many."""
    since = now - timedelta(days=APPEAL_DAYS)
    cases = session.scalars(
        select(models.Report)
        .join(models.Decision, models.Decision.report_id == models.Report.id)
        .where(
            models.Report.closed_at.is_(None),
            models.Report.appealed_at.is_(None),
            models.Decision.at <= since,
        )
    ).all()
    for report in cases:
        report.closed_at = now
    return len(cases)


def _alarm(session: Session, report: models.Report, now: datetime, config: Config) -> int:
    people = duty.on(session, now)
    for number in people:
        mail.queue(
            session,
            to=session.get_one(models.Account, number),
            kind="case_waits",
            dedupe=f"case_waits:{report.id}:{number}:{now:%Y-%m-%dT%H:%M}",
            context={"due": report.due_at, "url": f"{config.site.url}/reports/{report.token}"},
            now=now,
        )
    if people:
        report.alarmed_at = now
    return len(people)


def note(
    session: Session, report: models.Report, what: str, account_id: int, now: datetime, **data: Any
) -> None:
    """Write into the audit log what somebody did in a case."""
    audit.record(
        session,
        now=now,
        actor=f"account:{account_id}",
        action=f"report.{what}",
        subject=f"report:{report.id}",
        **data,
    )
