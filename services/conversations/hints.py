"""Language hints: what a writer alone is told of their words before sending, where wanted."""

import models
from conversation.language import lexicon


def offered(
    conversation: models.Conversation, participant: models.Participant
) -> list[dict[str, object]]:
    """Return the hints for somebody in a conversation: `words` that bring up `text`; none if off.

    They are off unless the programme has them on, and for whoever switched them off.
    """
    if not (participant.programme.hints and participant.hints):
        return []
    marks = lexicon(conversation.language).marks
    return [{"text": mark.hint, "words": list(mark.words)} for mark in marks if mark.hint]
