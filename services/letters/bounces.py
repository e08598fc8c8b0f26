"""Mail that came back: reports of failed delivery (RFC 3464) read, and tried again or shown.

A mail server takes a message and may find out later that it cannot deliver it. Its report goes to
the sender's address; from there it is handed to `earshot mail bounced`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Mail
from services.letters import envelopes
from services.letters.mail import BACKOFF, LONGEST_ERROR
from services.site.config import Config

SINCE = timedelta(days=14)  # how old a message may be that is looked for
AGAIN = timedelta(hours=12)  # when a message to a full mailbox goes again
PASSING = ("4.", "5.2.2", "5.3.4", "5.4.7")  # what may have passed by then (RFC 3463)
STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class NotAReport(ValueError):
    """The message is no report of a failed delivery, or of no message of ours."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says: the Message-ID of what came back, the status, the server's words."""

    message_id: str
    status: str
    words: str


def read(raw: bytes) -> Bounce:
    """Return what a report says; raise NotAReport."""
    report = message_from_bytes(raw, policy=policy.default)
    if report.get_content_type() != "multipart/report":
        raise NotAReport("This is no report of a failed delivery. Nothing was changed.")
    failed = [part for part in _fields(report) if str(part.get("Action", "")).lower() == "failed"]
    original = next(iter(_originals(report)), None)
    if not failed or original is None:
        raise NotAReport("The report names no message that failed. Nothing was changed.")
    found = STATUS.search(str(failed[0].get("Status", "")))
    words = str(failed[0].get("Diagnostic-Code", "")).partition(";")[2].strip()
    return Bounce(original, found[0] if found else "5.0.0", words)


def note(session: Session, bounce: Bounce, config: Config, now: datetime) -> Mail:
    """Keep with the message why it came back, and send it again where that may help.

    Raises NotAReport where no message of the last days has this Message-ID.
    """
    sent = session.scalars(select(Mail).where(Mail.sent_at > now - SINCE))
    ours = (
        one
        for one in sent
        if envelopes.message_id(one.dedupe, config.site.url) == bounce.message_id
    )
    mail = next(ours, None)
    if mail is None:
        raise NotAReport("The report is about no message of the last days. Nothing was changed.")
    mail.error = f"Came back: {bounce.status} {bounce.words}".strip()[:LONGEST_ERROR]
    if bounce.status.startswith(PASSING) and mail.tries <= len(BACKOFF) and mail.text:
        mail.sent_at, mail.next_try_at = None, now + AGAIN
    session.flush()
    return mail


def _fields(report: Message) -> Iterator[Message]:
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from _inside(part)


def _originals(report: Message) -> list[str]:
    """Return the Message-ID of what came back, from the message or the headers a report returns."""
    found: list[str] = []
    for part in report.walk():
        if part.get_content_type() == "text/rfc822-headers":
            found += re.findall(r"(?im)^message-id:\s*(<[^>]+>)", str(part.get_payload()))
        elif part.get_content_type() == "message/rfc822":
            found += [str(one.get("Message-ID", "")).strip() for one in _inside(part)]
    return found


def _inside(part: Message) -> list[Message]:
    payload: Any = part.get_payload()
    return [one for one in payload if isinstance(one, Message)]
