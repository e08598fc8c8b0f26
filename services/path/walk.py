"""The seven steps of the journey, and which of them somebody has walked."""

from sqlalchemy.orm import Session

import models
from conversation import guide
from services.conversations import kept
from services.path import journey

STEPS = ("listen", "humanize", "empathize", "values", "commit", "truth", "peace")


def walked(session: Session, account_id: int) -> frozenset[str]:
    """Return the steps that were walked to their end, in whatever conversation.

    A commitment counts once it is signed; peace is the walking itself, and begins with all six.
    """
    passed: set[str] = set()
    for conversation in journey.held(session, account_id):
        passed |= _passed(session, conversation)
    passed.discard("commit")
    if kept.commitments(session, account_id):
        passed.add("commit")
    found = passed.intersection(STEPS)
    return frozenset(found | {"peace"} if len(found) == len(STEPS) - 1 else found)


def _passed(session: Session, conversation: models.Conversation) -> set[str]:
    version = session.get_one(models.GuideVersion, conversation.guide_digest)
    steps = guide.parse(version.text, version.slug).steps
    count = len(steps) if conversation.ending == "finished" else conversation.step
    return {step.name for step in steps[:count]}
