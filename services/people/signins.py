"""Where an account is signed in: listed to its owner, who can end each."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models import SignIn

SEEN_EVERY = timedelta(minutes=30)
KEPT = timedelta(days=90)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def begin(session: Session, account_id: int, mark: str, agent: str, now: datetime) -> None:
    """Note that an account signed in; *mark* is what its session holds, *agent* the browser's."""
    session.execute(
        delete(SignIn).where(SignIn.account_id == account_id, SignIn.seen_at < now - KEPT)
    )
    session.add(
        SignIn(
            account_id=account_id,
            mark=_hash(mark),
            device=device(agent),
            began_at=now,
            seen_at=now,
        )
    )


def is_ended(session: Session, mark: str, now: datetime) -> bool:
    """Whether this sign-in was ended from elsewhere; note now and then that it is in use."""
    found = session.scalars(select(SignIn).where(SignIn.mark == _hash(mark))).one_or_none()
    if found is None or found.ended_at is not None:
        return found is not None
    if found.seen_at <= now - SEEN_EVERY:
        found.seen_at = now
        session.commit()
    return False


def of(session: Session, account_id: int) -> Sequence[SignIn]:
    """Return the sign-ins of an account that were not ended, the last used first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    ).all()


def is_this(sign_in: SignIn, mark: str) -> bool:
    """Whether a sign-in is the one whose session holds *mark*."""
    return sign_in.mark == _hash(mark)


def end(session: Session, account_id: int, number: int, now: datetime) -> bool:
    """End one sign-in of an account; False where it has none of this number."""
    found = session.get(SignIn, number)
    if found is None or found.account_id != account_id:
        return False
    found.ended_at = now
    return True


def leave(session: Session, mark: str, now: datetime) -> None:
    """End the sign-in whose session holds *mark*, at its own sign-out."""
    session.execute(
        update(SignIn)
        .where(SignIn.mark == _hash(mark), SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )


def device(agent: str) -> str:
    """Say in two words what a browser calls itself: `Chrome, Android`."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if re.search(rf"\b{sign}\b", agent)), "")
    return ", ".join(part for part in (browser, system) if part)


def _hash(mark: str) -> str:
    return hashlib.sha256(mark.encode()).hexdigest()
