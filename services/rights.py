"""What is held about a person: given to them whole, and erased when they say so.

Every column of every table has a policy here: given, withheld for a reason, or about nobody. A
test holds the list against the tables, so that a new column cannot be forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex, token_urlsafe
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, or_, select
from sqlalchemy.orm import Session

import models
from models import Base
from services import audit, enrolment, rooms
from services.crypto import KeyStore, Unreadable

NOBODY = frozenset({"roles", "guide_versions", "programmes", "rounds", "job_runs", "releases"})
CREDENTIAL = "would let somebody else sign in"
OTHERS = "is about somebody else"
SEALED = "is encrypted; your own messages stand under `messages`"
INNER = "is a number only our database uses"

WITHHELD: Mapping[str, Mapping[str, str]] = {
    "accounts": {
        "id": INNER,
        "key": INNER,
        "password": CREDENTIAL,
        "fs_uniquifier": CREDENTIAL,
        "fs_webauthn_user_handle": CREDENTIAL,
        "tf_totp_secret": CREDENTIAL,
        "us_totp_secrets": CREDENTIAL,
        "used_codes": CREDENTIAL,
        "mf_recovery_codes": CREDENTIAL,
    },
    "account_roles": {"account_id": INNER},
    "passkeys": {
        "id": INNER,
        "account_id": INNER,
        "credential_id": CREDENTIAL,
        "public_key": CREDENTIAL,
        "sign_count": INNER,
        "extensions": INNER,
    },
    "consents": {"id": INNER, "account_id": INNER},
    "pledges": {"id": INNER, "account_id": INNER, "token": CREDENTIAL},
    "participants": {"account_id": INNER},
    "pairs": {"score": INNER, "first_id": OTHERS, "second_id": OTHERS, "round_id": INNER},
    "exclusions": {"low": OTHERS, "high": OTHERS},
    "conversations": {"guide_digest": INNER},
    "room_events": {"sealed": SEALED, "act_id": INNER, "act_hash": INNER},
    "reports": {
        "id": INNER,
        "token": CREDENTIAL,
        "digest": SEALED,
        "evidence": SEALED,
        "last_seq": INNER,
    },
    "mails": {"id": INNER, "dedupe": INNER, "html": "says the same as `text`"},
    "audit_entries": {"previous": INNER, "hash": INNER},
}


@dataclass(frozen=True, slots=True)
class Me:
    """Whose data is asked for: an account and its places in programmes."""

    account: models.Account
    people: tuple[int, ...]


Where = Callable[[Table, Me], ColumnElement[bool]]


def _by_account(table: Table, me: Me) -> ColumnElement[bool]:
    return table.c.account_id == me.account.id


def _by_participant(table: Table, me: Me) -> ColumnElement[bool]:
    return table.c.participant_id.in_(me.people)


def _pairs(table: Table, me: Me) -> ColumnElement[bool]:
    return or_(table.c.first_id.in_(me.people), table.c.second_id.in_(me.people))


def _my_pairs(me: Me) -> Any:
    mine = models.Pair.first_id.in_(me.people) | models.Pair.second_id.in_(me.people)
    return select(models.Pair.id).where(mine)


def _my_conversations(me: Me) -> Any:
    return select(models.Conversation.id).where(models.Conversation.pair_id.in_(_my_pairs(me)))


ROWS: Mapping[str, Where] = {
    "accounts": lambda table, me: table.c.id == me.account.id,
    "account_roles": _by_account,
    "passkeys": _by_account,
    "consents": _by_account,
    "pledges": _by_account,
    "participants": _by_account,
    "answers": _by_participant,
    "participant_languages": _by_participant,
    "participant_topics": _by_participant,
    "availability": _by_participant,
    "pairs": _pairs,
    "exclusions": lambda table, me: or_(
        table.c.low == me.account.key, table.c.high == me.account.key
    ),
    "invitations": _by_participant,
    "conversations": lambda table, me: table.c.pair_id.in_(_my_pairs(me)),
    "room_events": lambda table, me: table.c.conversation_id.in_(_my_conversations(me)),
    "reports": lambda table, me: table.c.reporter_id.in_(me.people),
    "survey_answers": _by_participant,
    "mails": lambda table, me: table.c.recipient == me.account.email,
    "audit_entries": lambda table, me: or_(
        table.c.actor == f"account:{me.account.id}",
        table.c.subject == f"account:{me.account.id}",
    ),
}


def given(table: Table) -> list[str]:
    """Return the columns of *table* that a person is given."""
    withheld = WITHHELD.get(table.name, {})
    return [column.name for column in table.columns if column.name not in withheld]


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
            models.Report.conversation_id.in_(_my_conversations(me)),
        )
        .limit(1)
    )
    return session.scalar(case) is not None


def erase(session: Session, account: models.Account, now: datetime) -> None:
    """Forget who somebody is and what they answered.

    What remains names nobody: that a conversation was held, for the other's sake; its messages,
    until its key is destroyed; sealed evidence, until its case is closed; the keyed hash in
    `exclusions`, so that two people kept apart stay apart.
    """
    me = _me(session, account)
    for table in (
        models.Answer,
        models.Language,
        models.Topic,
        models.Availability,
        models.SurveyAnswer,
    ):
        session.execute(delete(table).where(table.participant_id.in_(me.people)))
    for mine in (models.Consent, models.Passkey, models.AccountRole):
        session.execute(delete(mine).where(mine.account_id == account.id))
    session.execute(delete(models.Mail).where(models.Mail.recipient == account.email))
    for pledge in session.scalars(
        select(models.Pledge).where(models.Pledge.account_id == account.id)
    ):
        pledge.account_id = None
    for participant in enrolment.of(session, account.id):
        enrolment.leave(session, participant, now)
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
    columns = [table.c[name] for name in given(table)]
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
            models.Conversation.pair_id.in_(_my_pairs(me)),
            models.Conversation.state.in_(("open", "closed")),
        )
    )
    for conversation in conversations:
        try:
            live = rooms.load(session, keys, conversation, now)
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
