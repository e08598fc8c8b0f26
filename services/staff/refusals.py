"""How guests leave a list: by their own word, with their account, or because time is over."""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, exists
from sqlalchemy.orm import Session

import models
from services.site.secrets import Secrets

KIND = "guest_invitation"


def token(secrets: Secrets, guest_id: int) -> str:
    """Return what lets whoever got a guest's letter take them off the list."""
    mark = hmac.new(secrets.derive("guest"), str(guest_id).encode(), hashlib.sha256).hexdigest()
    return f"{guest_id}-{mark[:32]}"


def of_token(session: Session, secrets: Secrets, given: str) -> models.Guest | None:
    """Return the guest *given* was made for, None for anything else."""
    number = given.split("-", maxsplit=1)[0]
    if not (number.isascii() and number.isdigit()) or len(number) > 15:
        return None
    if not hmac.compare_digest(given.encode(), token(secrets, int(number)).encode()):
        return None
    return session.get(models.Guest, int(number))


def refuse(session: Session, guest: models.Guest, now: datetime) -> None:
    """Take a guest off the list: name and address are forgotten, and no list brings them back."""
    if guest.refused_at is not None:
        return
    session.execute(
        delete(models.Mail).where(models.Mail.recipient == guest.email, models.Mail.kind == KIND)
    )
    guest.email, guest.first_name, guest.refused_at = "", "", now
    session.flush()


def forget(session: Session, key: str) -> None:
    """Delete the guests behind one account's key: the account is being erased."""
    session.execute(delete(models.Guest).where(models.Guest.key == key))


def purge(session: Session, now: datetime, days: int) -> None:
    """Delete guests who were told, or put on a list, *days* ago and have not joined.

    Who refused stays as a key without an address. Lists nobody confirmed for a day go too.
    """
    since = now - timedelta(days=days)
    listed = exists().where(
        models.GuestList.id == models.Guest.list_id, models.GuestList.finished_at <= since
    )
    session.execute(
        delete(models.Guest).where(
            models.Guest.refused_at.is_(None),
            (models.Guest.told_at <= since) | (models.Guest.told_at.is_(None) & listed),
        )
    )
    session.execute(
        delete(models.GuestList).where(
            models.GuestList.confirmed_at.is_(None), models.GuestList.at <= now - timedelta(days=1)
        )
    )
