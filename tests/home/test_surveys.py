"""What is asked after a conversation, and what is told of it."""

from pathlib import Path

import pytest

import models
from conversation import guide
from conversation.state import begin
from matcher.questionnaire import Item
from services.conversations import surveys
from services.conversations.surveys import Keepsake
from tests import factories
from tests.conversation.logs import opened
from tests.factories import NOW

GUIDE = Path(__file__).parents[2] / "guides" / "first-short.en.toml"
SURVEY = surveys.asked("en")
AGAIN = SURVEY.items[-1]


@pytest.fixture
def conversation(session) -> models.Conversation:
    programme = factories.programme(session)
    pair = factories.pair(
        session,
        factories.participant(session, programme),
        factories.participant(session, programme),
    )
    version = factories.guide_version(session, GUIDE.read_text(encoding="utf-8"))
    return factories.conversation(session, pair, version, state="closed", started_at=NOW)


def save(session, conversation, item, text, who=None):
    person = who or conversation.pair.first_id
    return surveys.save(session, conversation, person, {item: text}, NOW)


def test_it_has_three_parts():
    short, warm, rest = surveys.parts(SURVEY)

    assert [len(short), len(warm), len(rest)] == [8, 2, 1]
    assert all(item.id.startswith("heard_") for item in short)
    assert AGAIN.id == surveys.AGAIN


def test_answers_are_kept_and_replaced(session, conversation):
    heard = SURVEY.items[0]
    save(session, conversation, heard, "3")
    save(session, conversation, heard, "6")
    save(session, conversation, AGAIN, "Yes")
    save(session, conversation, SURVEY.items[1], "")

    kept = surveys.answers(session, conversation, conversation.pair.first_id)

    assert {name: row.value for name, row in kept.items()} == {heard.id: 6, "again": 1}
    assert surveys.answers(session, conversation, conversation.pair.second_id) == {}


@pytest.mark.parametrize("text", ["0", "8", "2.5", "seven", "nan"])
def test_numbers_outside_the_scale_are_refused(session, conversation, text):
    assert save(session, conversation, SURVEY.items[0], text) == {SURVEY.items[0].id: "unknown"}
    assert surveys.answers(session, conversation, conversation.pair.first_id) == {}


def test_a_choice_outside_the_list_is_refused(session, conversation):
    assert save(session, conversation, AGAIN, "Perhaps") == {"again": "unknown"}


def test_a_list_that_is_not_about_again_has_no_number(session, conversation):
    save(session, conversation, Item("where", "background", "?", options=("Home", "Out")), "Out")

    kept = surveys.answers(session, conversation, conversation.pair.first_id)["where"]
    assert (kept.choice, kept.value) == ("Out", None)


def test_own_words_are_kept_up_to_their_length(session, conversation):
    first = conversation.pair.first_id
    surveys.say(session, conversation, first, "   ", NOW)
    assert surveys.answers(session, conversation, first) == {}

    surveys.say(session, conversation, first, "  thanks " + "x" * 600, NOW)

    kept = surveys.answers(session, conversation, first)[surveys.WORDS].words
    assert kept.startswith("thanks x")
    assert len(kept) == surveys.LONGEST


def test_again_is_told_only_when_both_say_yes(session, conversation):
    first, second = conversation.pair.first_id, conversation.pair.second_id
    nothing = Keepsake()

    save(session, conversation, AGAIN, "Yes", first)
    assert surveys.again(session, conversation, first, nothing) == "waiting"
    assert surveys.again(session, conversation, second, nothing) == "no"
    save(session, conversation, AGAIN, "No", second)
    assert surveys.again(session, conversation, first, nothing) == "waiting"
    save(session, conversation, AGAIN, "Yes", second)
    assert surveys.again(session, conversation, first, nothing) == "both"
    assert surveys.again(session, conversation, second, nothing) == "both"


def test_a_yes_in_the_room_counts(session, conversation):
    first, second = conversation.pair.first_id, conversation.pair.second_id
    save(session, conversation, AGAIN, "Yes", second)

    assert surveys.again(session, conversation, first, Keepsake(again=True)) == "both"
    assert surveys.again(session, conversation, first, Keepsake(again=False)) == "no"
    assert surveys.again(session, conversation, second, Keepsake(both=True)) == "both"


def test_the_card_of_a_room_that_never_began_is_empty():
    room = begin(guide.load(GUIDE))

    assert surveys.keepsake(room, "a") == Keepsake()


def test_the_card_has_what_both_saw_and_ones_own_line():
    play = opened("tick", "reflect")
    play.act("a", "tick", values=[0, 1])
    play.act("b", "tick", values=[1, 2])
    play.act("a", "reflect", line="I will remember the bus", again=True)

    card = surveys.keepsake(play.room, "a")

    assert card == Keepsake(("Prompt 1",), "I will remember the bus", again=True, both=False)
    assert surveys.keepsake(play.room, "b") == Keepsake(("Prompt 1",))
    play.act("b", "reflect", line="", again=True)
    assert surveys.keepsake(play.room, "b").both
