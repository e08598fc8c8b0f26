"""Whether an account may still act: asked at connecting and again at every act."""

from datetime import datetime

from sqlalchemy import select
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
