"""Who runs Earshot: giving accounts the roles of facilitator, staff or admin."""

from collections.abc import Sequence
from datetime import datetime
from secrets import token_urlsafe

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from models.account import ROLES
from services.site import audit
from services.site.secrets import Secrets


class BadAddress(ValueError):
    """An e-mail address is not one; nothing was changed."""


def ensure_roles(session: Session) -> dict[str, models.Role]:
    """Return every role by name, making those that are missing."""
    known = {role.name: role for role in session.scalars(select(models.Role))}
    missing = [models.Role(name=name) for name in ROLES if name not in known]
    session.add_all(missing)
    session.flush()
    return known | {role.name: role for role in missing}


def appoint(
    session: Session, email: str, names: Sequence[str], secrets: Secrets, now: datetime
) -> models.Account:
    """Give the account of *email* the roles *names*, making it where there is none.

    A new account has no password: its owner asks for a code by mail at the first sign-in.
    """
    try:
        address = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise BadAddress(f"{email!r} is not an address: {error} Nothing was changed.") from None
    found = session.scalars(
        select(models.Account).where(models.Account.email == address.normalized)
    ).one_or_none()
    account = found or _new(session, address.normalized, secrets, now)
    roles = ensure_roles(session)
    account.roles += [roles[name] for name in names if roles[name] not in account.roles]
    session.flush()
    audit.record(
        session,
        now=now,
        actor="command line",
        action="account.appoint",
        subject=f"account:{account.id}",
        roles=list(names),
    )
    return account


def _new(session: Session, email: str, secrets: Secrets, now: datetime) -> models.Account:
    account = models.Account(
        email=email,
        key=secrets.address_key(email),
        fs_uniquifier=token_urlsafe(24),
        confirmed_at=now,
        create_datetime=now,
        update_datetime=now,
    )
    session.add(account)
    return account
