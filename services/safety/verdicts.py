"""What is decided about a report: the measure, the reason, the objection, graduated limits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

import models
from models.safety import MEASURES
from services.letters import mail
from services.safety import callbacks, cases, reports
from services.site import crypto
from services.site.config import Config
from services.site.crypto import KeyStore

# How long each measure keeps somebody out. A talk ends its wait as soon as it was held; who is
# excluded can come back only by an appeal.
DAYS = {"talk": 14, "suspended": 30, "excluded": 36500}
LONGEST = 2000


class NotNow(ValueError):
    """The case does not allow this now; the message says why, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who decides, one of `models.safety.MEASURES`, and why, for who was reported to read."""

    account_id: int
    measure: str
    reason: str


def decide(
    session: Session,
    keys: KeyStore,
    report: models.Report,
    verdict: Verdict,
    *,
    now: datetime,
    config: Config,
) -> models.Decision:
    """Decide a case, or its appeal.

    The measure bites at the commit. An appeal is decided by somebody else. Raises NotNow.
    """
    appeal = _allowed(session, report, verdict)
    until = _until(verdict.measure, now)
    made = models.Decision(
        report_id=report.id,
        on_appeal=appeal,
        account_id=verdict.account_id,
        at=now,
        measure=verdict.measure,
        until=until,
        reason=_seal(keys, report, verdict.reason.strip()[:LONGEST], "decision", appeal),
    )
    session.add(made)
    _apply(session, report, verdict.measure, now)
    if appeal or verdict.measure == "nothing":
        report.closed_at = now
    session.flush()
    cases.note(session, report, "decide", verdict.account_id, now, measure=verdict.measure)
    if verdict.measure != "nothing" or appeal:
        _tell(session, report, "case_decided", now, config)
    return made


def appeal(
    session: Session, keys: KeyStore, report: models.Report, words: str, now: datetime
) -> None:
    """Take the objection of whoever was reported: once, within 30 days. Raises NotNow."""
    before = cases.decisions(session, report)
    if not before or before[0].measure == "nothing" or report.appealed_at is not None:
        raise NotNow("There is no decision that can be objected to.")
    if now > before[0].at + timedelta(days=cases.APPEAL_DAYS):
        raise NotNow("The 30 days to object are over.")
    if not words.strip():
        raise NotNow("Say in your words what is not right.")
    report.appeal = _seal(keys, report, words.strip()[:LONGEST], "appeal", True)
    report.appealed_at = now
    report.due_at = now + timedelta(hours=reports.HOURS)
    report.alarmed_at = None
    session.flush()


def read(keys: KeyStore, report: models.Report, decision: models.Decision) -> str:
    """Return the reason of a decision."""
    return _unseal(keys, report, decision.reason, "decision", decision.on_appeal)


def objection(keys: KeyStore, report: models.Report) -> str:
    """Return the words of an appeal, or nothing."""
    return "" if report.appeal is None else _unseal(keys, report, report.appeal, "appeal", True)


def _allowed(session: Session, report: models.Report, verdict: Verdict) -> bool:
    """Return whether this decides the appeal; raise NotNow where nothing can be decided."""
    before = cases.decisions(session, report)
    if len(before) > 1 or (before and report.appealed_at is None):
        raise NotNow("This case is decided already.")
    if before and before[0].account_id == verdict.account_id:
        raise NotNow("An appeal is decided by somebody else than the first decision.")
    if not verdict.reason.strip():
        raise NotNow("Say why, in one or two sentences.")
    return bool(before)


def _until(measure: str, now: datetime) -> datetime | None:
    if measure not in MEASURES:
        raise NotNow("Choose one of the measures.")
    days = DAYS.get(measure)
    return None if days is None else now + timedelta(days=days)


def _apply(session: Session, report: models.Report, measure: str, now: datetime) -> None:
    """Let the measure bite: suspension, and for a talk somebody who is to call."""
    if report.reported is None:
        return
    report.reported.account.suspended_until = _until(measure, now)
    if measure == "talk":
        callbacks.ask(session, report.conversation_id, report.reported.id, now)


def _tell(
    session: Session, report: models.Report, kind: str, now: datetime, config: Config
) -> None:
    if report.reported is None:
        return
    mail.queue(
        session,
        to=report.reported.account,
        kind=kind,
        dedupe=f"{kind}:{report.id}:{now.isoformat()}",
        context={"url": f"{config.site.url}/cases/{report.token}"},
        now=now,
    )


def _seal(keys: KeyStore, report: models.Report, text: str, *place: object) -> bytes:
    key = crypto.open_key(keys, reports.subject(report.token))
    return crypto.seal(key, text.encode(), reports.subject(report.token), *place)


def _unseal(keys: KeyStore, report: models.Report, sealed: bytes, *place: object) -> str:
    key = crypto.open_key(keys, reports.subject(report.token))
    return crypto.unseal(key, sealed, reports.subject(report.token), *place).decode()
