"""What facilitators are called where participants read it: nobody else's, and kept once given."""

from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import models
from models import FacilitatorName, engine

NAMELESS = "Facilitator"


def name_of(session: Session, account_id: int) -> str:
    """Return what a facilitator is called, which is given and kept the first time.

    It is their first name, numbered where others came first with it. Rooms know facilitators by
    it: what one claimed or may read is nobody else's. It stays theirs when anybody loses a role,
    and changes only with their own first name.
    """
    names = select(func.min(models.Participant.first_name))
    found = session.scalar(names.where(models.Participant.account_id == account_id))
    first_name = found or NAMELESS
    return _kept(session, account_id, first_name) or _give(session, account_id, first_name)


def _kept(session: Session, account_id: int, first_name: str) -> str | None:
    mine = (FacilitatorName.account_id == account_id, FacilitatorName.first_name == first_name)
    return session.scalar(select(FacilitatorName.shown).where(*mine))


def _give(session: Session, account_id: int, first_name: str) -> str:
    engine.write_lock(session)
    order = select(models.Role.id).order_by(models.Role.id)
    session.scalars(order.with_for_update(key_share=True)).all()  # one at a time gives a name
    if kept := _kept(session, account_id, first_name):
        return kept
    taken = set(session.scalars(select(FacilitatorName.shown)))
    numbered = (first_name if number == 1 else f"{first_name} {number}" for number in count(1))
    shown = next(one for one in numbered if one not in taken)
    session.add(FacilitatorName(shown=shown, first_name=first_name, account_id=account_id))
    session.flush()
    return shown
