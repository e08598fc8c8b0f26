"""The pause word and the difference card."""

import pytest

import models
from matcher.questionnaire import Item, Scale
from services.conversations import cards, rooms
from tests.factories import NOW


def view(name: str, low: float = 1, high: float = 5) -> Item:
    return Item(name, "view", f"About {name}", Scale(low, high, "no", "yes"), importance=True)


VIEWS = (view("homes"), view("police"), view("taxes"))


def answer(session, participant: int, item: str, value: float | None, importance: int = 0) -> None:
    session.add(
        models.Answer(
            participant_id=participant,
            item=item,
            value=value,
            importance=importance,
            answered_at=NOW,
        )
    )
    session.flush()


def test_the_pause_word_is_the_same_each_time_and_in_the_language():
    words = {cards.pause_word(str(number), "en") for number in range(200)}
    assert words == set(cards.PAUSE_WORDS["en"])
    assert cards.pause_word("x", "es") in cards.PAUSE_WORDS["es"]
    assert cards.pause_word("x", "ar-EG") in cards.PAUSE_WORDS["ar"]
    assert cards.pause_word("x", "fi") == cards.pause_word("x", "en")


def test_the_card_shows_the_view_that_weighs_most(session, pair):
    a, b = pair.participants["a"], pair.participants["b"]
    for item, ours, theirs, weight in (("homes", 1, 5, 0), ("police", 5, 2, 3), ("taxes", 3, 3, 3)):
        answer(session, a, item, ours, weight)
        answer(session, b, item, theirs, weight)
    card = {"text": "About police", "a": 5, "b": 2}
    assert cards.difference(session, pair.participants, VIEWS) == [card]


@pytest.mark.parametrize(
    ("ours", "theirs"), [((3,), (4,)), ((1,), (None,)), ((1,), ()), ((), (5,))]
)
def test_no_card_where_nothing_is_far_apart(session, pair, ours, theirs):
    for seat, values in (("a", ours), ("b", theirs)):
        for value in values:
            answer(session, pair.participants[seat], "homes", value)
    assert cards.difference(session, pair.participants, VIEWS) == []


def test_a_view_without_a_scale_makes_no_card(session, pair):
    for seat, value in (("a", 1), ("b", 5)):
        answer(session, pair.participants[seat], "homes", value)
    bare = Item("homes", "view", "Homes")
    assert cards.difference(session, pair.participants, [bare]) == []


def test_other_scales_are_shown_from_one_to_five(session, pair):
    answer(session, pair.participants["a"], "homes", 0)
    answer(session, pair.participants["b"], "homes", 10)
    card = cards.difference(session, pair.participants, [view("homes", 0, 10)])
    assert (card[0]["a"], card[0]["b"]) == (1, 5)


def test_a_room_opens_with_word_and_card(session, pair):
    for seat, value in (("a", 1), ("b", 5)):
        answer(session, pair.participants[seat], "view_homes", value, 2)
    act = rooms.opening(session, rooms.find(session, pair.token))
    assert act.data["pause_word"] == cards.pause_word(pair.token, "en")
    assert [(card["a"], card["b"]) for card in act.data["difference"]] == [(1, 5)]
