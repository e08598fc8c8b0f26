"""A conversation by its address, for one of the two who sit in it."""

from flask import abort
from flask_login import current_user

import models
from services.conversations import rooms
from web.context import session


def mine(token: str) -> tuple[models.Conversation, str]:
    """Return the conversation of this address and the reader's seat in it, or answer 404."""
    conversation = rooms.find(session(), token)
    seat = rooms.seat_of(conversation, current_user.id) if conversation else None
    if conversation is None or seat is None:
        abort(404)
    return conversation, seat


def person_in(conversation: models.Conversation, seat: str) -> models.Participant:
    """Return who sits there."""
    return conversation.pair.first if seat == "a" else conversation.pair.second
