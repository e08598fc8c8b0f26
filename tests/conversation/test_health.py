from datetime import timedelta

import pytest

from conversation import health, language, signals
from conversation.signals import Need
from tests.conversation.logs import Play, counted, made_guide, opened

MINUTE = timedelta(minutes=1)


def need(play: Play) -> Need:
    return signals.need(play.room, counted(play, health.note), play.now)


def first(play: Play) -> tuple[str, str, str]:
    """The level, the name and the reason of the weightiest signal."""
    found = need(play)
    sign = found.signals[0]
    return found.level, sign.name, sign.reason % sign.values


def test_a_room_that_does_well_is_calm() -> None:
    play = opened("together")
    play.act("a", "say", text="Hello")
    assert need(play) == Need("calm", ())
    assert need(play).order == (2, len(signals.RULES), 0.0)


def test_a_room_that_has_not_begun_is_calm() -> None:
    play = Play(made_guide("together"))
    play.act("system", "opened", pause_word="lantern", difference=[])
    play.wait(minutes=20)
    assert need(play).level == "calm"


def test_words_are_counted_and_not_kept() -> None:
    play = opened("together")
    play.act("a", "say", text="Don’t you well-know it, canary?")
    play.act("b", "say", text="مرحبا بك")
    found = counted(play, health.note)
    assert (found.a.words, found.b.words) == (5, 2)
    assert "canary" not in repr(found)


def test_who_writes_most_is_told_once_there_are_enough_words() -> None:
    play = opened("together")
    play.act("b", "say", text="word " * 79)
    assert need(play).level == "calm"
    play.act("b", "say", text="word " * 11)
    play.act("a", "say", text="word " * 10)
    assert first(play) == ("soon", "share", "b writes 90 of 100 words")


def test_silence_counts_while_both_are_here_and_nothing_stands() -> None:
    play = opened("together", minutes=100)
    play.wait(minutes=4)
    assert first(play) == ("soon", "silence", "Silent for 4 min, both are here")
    play.wait(minutes=4)
    assert first(play)[0] == "now"
    play.act("a", "ready")
    assert need(play).level == "calm"
    play.act("system", "dropped", seat="b")
    play.wait(minutes=9)
    assert [sign.name for sign in need(play).signals] == ["away"]


def test_help_is_asked_for_until_a_facilitator_has_joined() -> None:
    play = opened("together")
    play.act("a", "help", show=False)
    play.wait(minutes=2)
    assert first(play) == ("now", "help", "a asked for help 2 min ago")
    play.act("facilitator", "join")
    assert [sign.name for sign in need(play).signals] == []


def test_being_away_grows_heavier_with_time_and_with_drops() -> None:
    play = opened("together")
    play.act("system", "dropped", seat="b")
    assert need(play).level == "calm"
    play.wait(minutes=1)
    assert first(play) == ("soon", "away", "b has been away for 1 min")
    for _ in range(3):
        play.act("system", "returned", seat="b")
        play.act("system", "dropped", seat="b")
    play.wait(minutes=1)
    assert counted(play, health.note).b.drops == 4
    assert first(play)[0] == "now"
    play.act("system", "returned", seat="b")
    assert first(play) == ("soon", "drops", "b lost the connection 4 times")


def test_a_pause_is_told_with_its_length_and_number() -> None:
    play = opened("together")
    play.act("a", "say", text="lantern")
    play.act("a", "resume")
    play.act("b", "pause")
    play.wait(minutes=4)
    assert first(play) == ("now", "paused", "Paused for 4 min, 2 in all")


def test_repeated_not_quite_counts_in_a_row() -> None:
    play = opened("say_back")
    play.act("a", "tell", text="I was nine")
    for _ in range(3):
        play.act("b", "say_back", text="You were ten")
        play.act("a", "not_quite", of=play.room.seq)
    assert first(play) == ("soon", "not_quite", "“Not quite” 3 times in a row")
    play.act("b", "say_back", text="You were nine")
    play.act("a", "confirm", of=play.room.seq)
    assert need(play).level == "calm"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("write to me@example.org", True),
        ("I am @earwig_7 there", True),
        ("see https://example.org/x", True),
        ("www.example.org", True),
        ("call +49 170 1234567", True),
        ("(615) 555-0143 after six", True),
        ("in 1998 and 2004, 12 of us", False),
        ("from 10:30 to 11:45", False),
        ("it cost 1,250,000 dollars", False),
        ("meet me @ six", False),
        ("so:// what", False),
        ("اتصل ٠١٧٠١٢٣٤٥٦٧", True),
    ],
)
def test_contact_details_are_noticed(text: str, offered: bool) -> None:
    play = opened("together")
    play.act("a", "say", text=text)
    assert language.offers_contact(text) is offered
    wanted = [("contact", "a offered contact details")] if offered else []
    assert [(sign.name, sign.reason % sign.values) for sign in need(play).signals] == wanted


def test_an_overrun_is_told_in_minutes_of_the_advice() -> None:
    play = opened("together", minutes=10)
    for _ in range(14):
        play.wait(minutes=1).act("a", "say", text="Yes")
    found = {sign.name: sign for sign in need(play).signals}
    assert found["overrun"].reason % found["overrun"].values == "16 of 10 min in this step"
    assert found["overrun"].level == "soon"
    play.act("a", "extend", minutes=10)
    assert "overrun" not in {sign.name for sign in need(play).signals}
    play.wait(minutes=60).act("a", "pause")
    assert "overrun" not in {sign.name for sign in need(play).signals}


def test_a_pace_that_falls_is_told() -> None:
    play = opened("together", minutes=60)
    for _ in range(12):
        play.act("a", "say", text="Yes")
    assert health.pace(counted(play, health.note), play.now) == [0] * 7 + [0, 6, 6]
    play.wait(minutes=6)
    play.act("b", "say", text="Hm")
    found = {sign.name: sign for sign in need(play).signals}
    assert found["pace"].reason % found["pace"].values == "1 messages in 5 min, 12 before"
    assert found["pace"].level == "soon"


def test_old_messages_leave_the_pace() -> None:
    play = opened("together")
    play.act("a", "say", text="Yes")
    play.wait(minutes=11)
    assert sum(health.pace(counted(play, health.note), play.now)) == 0
    play.act("a", "say", text="Yes")
    assert len(counted(play, health.note).recent) == 1


def test_a_report_comes_first_and_outlives_the_closing() -> None:
    play = opened("together")
    play.act("a", "help", show=True)
    play.act("b", "report", reason="threat", attach=[])
    found = need(play)
    assert (found.level, [sign.name for sign in found.signals]) == ("now", ["report"])


def test_what_was_tried_is_kept_without_its_words() -> None:
    play = opened("together")
    play.act("facilitator", "nudge", text="canary")
    tried = counted(play, health.note).tried
    assert [(one.type, one.by, one.at) for one in tried] == [("nudge", "Ruth", play.now)]
    assert "canary" not in repr(tried)


def test_rooms_sort_by_level_then_signal_then_value() -> None:
    helped, away, longer, quiet = (opened("together", minutes=100) for _ in range(4))
    helped.act("a", "help", show=False)
    away.act("system", "dropped", seat="a")
    away.wait(minutes=4)
    longer.act("system", "dropped", seat="a")
    longer.wait(minutes=9)
    quiet.wait(minutes=5)
    ranked = sorted([quiet, away, longer, helped], key=lambda play: need(play).order)
    assert ranked == [helped, longer, away, quiet]


def test_time_standing_still_or_backwards_breaks_nothing() -> None:
    play = opened("together")
    play.act("a", "say", text="Yes")
    assert sum(health.pace(counted(play, health.note), play.now - 2 * MINUTE)) == 0


def test_accusing_and_hostile_words_of_one_are_told_as_counts() -> None:
    play = opened("together", minutes=100)
    play.act("a", "say", text="You always do that. You people are ridiculous.")
    assert first(play) == ("soon", "heat", "a: 2 accusing and 1 hostile phrases in 10 min")
    play.act("b", "say", text="Shut up, you idiot. Pathetic. You never listen, disgusting.")
    assert first(play) == ("now", "heat", "b: 1 accusing and 4 hostile phrases in 10 min")
    assert need(play).signals[0].source == signals.LANGUAGE
    play.wait(minutes=10)
    assert "heat" not in {sign.name for sign in need(play).signals}


def test_many_words_without_a_sign_of_listening_are_told() -> None:
    play = opened("together", minutes=100)
    for turn in range(8):
        play.act(
            "ab"[turn % 2], "say", text="it was a day like any other day in the long year " * 2
        )
    assert first(play) == ("soon", "unheard", "No question or sign of listening in 192 words")
    play.act("a", "say", text="What was that like?")
    assert need(play).level == "calm"


def test_a_language_without_marks_is_never_called_unheard() -> None:
    play = opened("together", minutes=100, language="tlh")
    for turn in range(9):
        play.act("ab"[turn % 2], "say", text="nuqneH qapla " * 10)
    assert need(play).level == "calm"
    assert {one.heard for one in counted(play, health.note).recent} == {None}
