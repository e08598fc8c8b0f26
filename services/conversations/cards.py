"""What a room is opened with: its pause word and its difference card."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from matcher.questionnaire import Item, Scale

# Quiet things, easy to spell and rare in talk.
PAUSE_WORDS: Mapping[str, tuple[str, ...]] = {
    "en": ("lantern", "harbour", "meadow", "feather", "pebble", "willow", "teapot", "hammock"),
    "es": ("farol", "pradera", "pluma", "sauce", "tetera", "hamaca", "orilla", "alondra"),
    "ar": ("فانوس", "مرفأ", "ريشة", "إبريق", "صفصاف", "أرجوحة", "قنديل", "زورق"),
}
FAR = 2  # points of five: what lies closer is no difference worth a card
STEPS = 4  # from 1 to 5


def pause_word(token: str, language: str) -> str:
    """Return the pause word of a conversation: the same one every time it is asked for."""
    words = PAUSE_WORDS.get(language.split("-", maxsplit=1)[0], PAUSE_WORDS["en"])
    return words[hashlib.sha256(token.encode()).digest()[0] % len(words)]


def difference(
    session: Session, participants: Mapping[str, int], views: Iterable[Item]
) -> list[dict[str, Any]]:
    """Return the card of what a pair sees differently: the view that weighs most, or nothing.

    *participants* is seat -> participant id. A view weighs its distance, in points from 1 to 5,
    times the importance (0 to 3) both give it and one.
    """
    a, b = (_answers(session, participants[seat]) for seat in ("a", "b"))
    weighed = []
    for item in views:
        if item.id in a and item.id in b and item.scale is not None:
            card: dict[str, Any] = {"text": item.text} | {
                seat: _point(answers[item.id][0], item.scale)
                for seat, answers in (("a", a), ("b", b))
            }
            far = abs(card["a"] - card["b"])
            weighed.append((far * (1 + a[item.id][1] + b[item.id][1]), far, card))
    best = max(weighed, key=lambda one: one[0], default=None)
    return [best[2]] if best is not None and best[1] >= FAR else []


def _answers(session: Session, participant_id: int) -> dict[str, tuple[float, int]]:
    rows = session.execute(
        select(models.Answer.item, models.Answer.value, models.Answer.importance).where(
            models.Answer.participant_id == participant_id, models.Answer.value.is_not(None)
        )
    )
    return {item: (float(value or 0), importance or 0) for item, value, importance in rows}


def _point(value: float, scale: Scale) -> int:
    return 1 + round(STEPS * (value - scale.min) / scale.span)
