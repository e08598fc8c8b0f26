"""What is held about a person, column by column: given to them, or withheld for a reason.

Every column of every table has a policy here, or its table is about nobody. A test holds the list
against the tables, so that a new column cannot be forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Table, or_, select

import models

NOBODY = frozenset(
    {"roles", "guide_versions", "rounds", "job_runs", "ledger_entries", "openings", "wait_lists"}
)
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
    "programmes": {"logo": "can be seen on the programme's page"},
    "pairs": {"score": INNER, "first_id": OTHERS, "second_id": OTHERS, "round_id": INNER},
    "exclusions": {"low": OTHERS, "high": OTHERS},
    "conversations": {"guide_digest": INNER},
    "arrivals": {"id": INNER, "opening_id": INNER},
    "offers": {"id": INNER, "by_id": OTHERS},
    "room_events": {"sealed": SEALED, "act_id": INNER, "act_hash": INNER},
    "reports": {
        "id": INNER,
        "token": CREDENTIAL,
        "digest": SEALED,
        "evidence": SEALED,
        "last_seq": INNER,
        "reported_id": OTHERS,
        "holder_id": OTHERS,
        "alarmed_at": INNER,
        "appealed_at": OTHERS,
        "appeal": SEALED,
    },
    "sign_ins": {"id": INNER, "account_id": INNER, "mark": CREDENTIAL},
    "mail_stops": {"account_id": INNER},
    "subscribers": {"id": INNER},
    "decisions": {"report_id": INNER, "account_id": OTHERS, "reason": "stands on your page of it"},
    "blocks": {"account_id": INNER},
    "shifts": {"id": INNER, "account_id": INNER},
    "facilitator_names": {"account_id": INNER},
    "callbacks": {"account_id": OTHERS},
    "mails": {"id": INNER, "dedupe": INNER, "html": "says the same as `text`"},
    "releases": {"account_id": INNER, "archive": "can be downloaded where it was published"},
    "guests": {"id": INNER, "key": INNER, "list_id": INNER},
    "round_previews": {"body": OTHERS, "report": OTHERS},
    "guest_lists": {"rows": OTHERS, "report": OTHERS},
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


def pairs_of(me: Me) -> Select[int]:
    """Return the ids of the pairs somebody is one of (a query)."""
    mine = models.Pair.first_id.in_(me.people) | models.Pair.second_id.in_(me.people)
    return select(models.Pair.id).where(mine)


def conversations_of(me: Me) -> Select[int]:
    """Return the ids of the conversations somebody is in (a query)."""
    return select(models.Conversation.id).where(models.Conversation.pair_id.in_(pairs_of(me)))


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
    "conversations": lambda table, me: table.c.pair_id.in_(pairs_of(me)),
    "arrivals": _by_participant,
    "standbys": _by_participant,
    "offers": lambda table, me: table.c.pair_id.in_(pairs_of(me)),
    "commitments": lambda table, me: table.c.conversation_id.in_(conversations_of(me)),
    "room_events": lambda table, me: table.c.conversation_id.in_(conversations_of(me)),
    "reports": lambda table, me: table.c.reporter_id.in_(me.people),
    "decisions": lambda table, me: table.c.report_id.in_(
        select(models.Report.id).where(models.Report.reported_id.in_(me.people))
    ),
    "blocks": _by_account,
    "shifts": _by_account,
    "facilitator_names": _by_account,
    "callbacks": _by_participant,
    "survey_answers": _by_participant,
    "half_answers": _by_participant,
    "sign_ins": _by_account,
    "mail_stops": _by_account,
    "subscribers": lambda table, me: table.c.email == me.account.email.lower(),
    "mails": lambda table, me: table.c.recipient == me.account.email,
    "guests": lambda table, me: table.c.key == me.account.key,
    "guest_lists": _by_account,
    "round_previews": _by_account,
    "programme_versions": _by_account,
    "manuscript_versions": _by_account,
    "programmes": lambda table, me: table.c.owner_id == me.account.id,
    "releases": _by_account,
    "audit_entries": lambda table, me: or_(
        table.c.actor == f"account:{me.account.id}",
        table.c.subject == f"account:{me.account.id}",
    ),
}


def given(table: Table) -> list[str]:
    """Return the columns of *table* that a person is given."""
    withheld = WITHHELD.get(table.name, {})
    return [column.name for column in table.columns if column.name not in withheld]
