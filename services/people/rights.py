"""What is held about a person: given to them whole, and erased when they say so."""

from datetime import datetime
from secrets import token_hex, token_urlsafe
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

import models
from models import Base
from services.conversations import rooms
from services.people import departures, enrolment, holdings
from services.people.holdings import ROWS, WITHHELD, Me
from services.site import audit
from services.site.config import Config
from services.site.crypto import KeyStore, Unreadable
from services.staff import refusals


def download(session: Session, account: models.Account, keys: KeyStore, now: datetime) -> Any:
    """Return everything held about an account as JSON-ready data, table by table.

    `messages` are the person's own, as far as the key of their conversation still exists.
    """
    me = _me(session, account)
    held = {name: _rows(session, Base.metadata.tables[name], me) for name in ROWS}
    return {
        "made_at": now.isoformat(),
        "held": held,
        "messages": _messages(session, me, keys, now),
        "withheld": {name: dict(columns) for name, columns in WITHHELD.items()},
    }


def on_hold(session: Session, account: models.Account) -> bool:
    """Whether evidence of an open report holds part of what the account wrote."""
    me = _me(session, account)
    case = (
        select(models.Report.id)
        .where(
            models.Report.closed_at.is_(None),
            models.Report.conversation_id.in_(holdings.conversations_of(me)),
        )
        .limit(1)
    )
    return session.scalar(case) is not None


def erase(session: Session, account: models.Account, now: datetime, config: Config) -> None:
    """Forget who somebody is and what they answered.

    What remains names nobody: that a conversation was held, for the other's sake; its messages,
    until its key is destroyed; sealed evidence, until its case is closed; the keyed hash in
    `exclusions`, so that two people kept apart stay apart.
    """
    departures.vanish(session, account.id, now, config)
    me = _me(session, account)
    for table in (
        models.Answer,
        models.Language,
        models.Topic,
        models.Availability,
        models.SurveyAnswer,
        models.Arrival,
        models.Standby,
        models.Callback,
    ):
        session.execute(delete(table).where(table.participant_id.in_(me.people)))
    for mine in (
        models.Consent,
        models.Passkey,
        models.AccountRole,
        models.SignIn,
        models.MailStop,
        models.Block,
        models.Shift,
        models.FacilitatorName,
    ):
        session.execute(delete(mine).where(mine.account_id == account.id))
    session.execute(
        delete(models.Commitment).where(
            models.Commitment.conversation_id.in_(holdings.conversations_of(me))
        )
    )
    session.execute(delete(models.Mail).where(models.Mail.recipient == account.email))
    session.execute(
        delete(models.Subscriber).where(models.Subscriber.email == account.email.lower())
    )
    refusals.forget(session, account.key)
    for pledge in session.scalars(
        select(models.Pledge).where(models.Pledge.account_id == account.id)
    ):
        pledge.account_id = None
    for participant in enrolment.of(session, account.id):
        participant.first_name = ""
    _blank(account, now)
    session.flush()
    session.expire(account)
    audit.record(
        session,
        now=now,
        actor=f"account:{account.id}",
        action="account.erase",
        subject=f"account:{account.id}",
    )


def _blank(account: models.Account, now: datetime) -> None:
    account.email = f"erased-{token_hex(8)}@erased.invalid"
    account.key = token_hex(32)
    account.fs_uniquifier = token_urlsafe(32)
    account.active, account.zone, account.locale = False, "UTC", "en"
    account.update_datetime = now
    for name in (
        "password",
        "adult_at",
        "confirmed_at",
        "suspended_until",
        "fs_webauthn_user_handle",
        "last_login_at",
        "current_login_at",
        "last_login_ip",
        "current_login_ip",
        "login_count",
        "tf_primary_method",
        "tf_totp_secret",
        "tf_phone_number",
        "us_totp_secrets",
        "us_phone_number",
        "used_codes",
        "mf_recovery_codes",
    ):
        setattr(account, name, None)


def _me(session: Session, account: models.Account) -> Me:
    return Me(account, tuple(one.id for one in enrolment.of(session, account.id)))


def _rows(session: Session, table: Table, me: Me) -> list[dict[str, Any]]:
    columns = [table.c[name] for name in holdings.given(table)]
    found = session.execute(select(*columns).where(ROWS[table.name](table, me)))
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in found]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def _messages(session: Session, me: Me, keys: KeyStore, now: datetime) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    conversations = session.scalars(
        select(models.Conversation).where(
            models.Conversation.pair_id.in_(holdings.pairs_of(me)),
            models.Conversation.state.in_(("open", "closed")),
        )
    )
    for conversation in conversations:
        try:
            live = rooms.load(session, keys, conversation, now, whole=True)
        except Unreadable:
            continue
        seat = live.seats[me.account.id]
        messages += [
            {
                "conversation_id": conversation.id,
                "at": entry.event.at.isoformat(),
                "type": entry.event.type,
                "data": dict(entry.event.data),
            }
            for entry in live.log
            if entry.event.actor == seat
        ]
    return messages
