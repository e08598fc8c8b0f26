"""Whether an account may still act: asked at connecting and again at every act."""

from collections.abc import Collection
from datetime import datetime

import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    any_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from models import Account, AccountRole, Role


def roles(session: Session, account_id: int, login: str, now: datetime) -> frozenset[str]:
    """Return the roles of an account in good standing, nothing for any other.

    *login* is the account's `fs_uniquifier` at sign-in: a changed password, or an end to all
    sessions, changes it. An account that is switched off or suspended has no roles.
    """
    rows = session.execute(
        select(Account.active, Account.suspended_until, Account.fs_uniquifier, Role.name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .join(Role, Role.id == AccountRole.role_id)
        .where(Account.id == account_id)
    )
    return frozenset(
        name
        for active, until, uniquifier, name in rows
        if active and uniquifier == login and (until is None or until <= now)
    )


def logins(session: Session, account_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Return the login of each of these accounts that is in good standing, as `roles` sees it.

    One statement for any number of accounts: it is asked with every batch of acts.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        rows = connection.execute(_IN_ARRAY, {"ids": list(account_ids), "now": now})
    else:
        listed = orjson.dumps(list(account_ids)).decode()
        rows = connection.execute(_IN_JSON, {"ids": listed, "now": now})
    return dict(rows.all())


def _good(among: ColumnElement[bool]) -> Select[int, str]:
    now = bindparam("now", type_=Account.suspended_until.type)
    return select(Account.id, Account.fs_uniquifier).where(
        among,
        Account.active,
        or_(Account.suspended_until.is_(None), Account.suspended_until <= now),
        exists().where(AccountRole.account_id == Account.id),
    )


_LISTED = func.json_each(bindparam("ids")).table_valued("value")
_IN_JSON = _good(Account.id.in_(select(_LISTED.c.value)))
_IN_ARRAY = _good(Account.id == any_(bindparam("ids", type_=ARRAY(Integer))))
