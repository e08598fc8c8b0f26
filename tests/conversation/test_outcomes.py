"""What came of what facilitators did: which sign stood then, when it went, whether it is back."""

from conversation import outcomes
from conversation.outcomes import Outcome
from tests.conversation.logs import Play, counted, opened


def came(play: Play) -> tuple[Outcome, ...]:
    return outcomes.outcomes(play.room, counted(play, outcomes.note), play.now)


def last(play: Play) -> tuple[str | None, int | None, bool]:
    """The sign acted upon last, after how many minutes it went, and whether it stands."""
    one = came(play)[-1]
    return one.sign, one.gone_after, one.stands


def silent() -> Play:
    """Nobody has said anything for five minutes, and somebody nudged."""
    play = opened("together", minutes=100)
    play.wait(minutes=5)
    play.act("facilitator", "nudge", text="canary")
    return play


def test_what_is_done_while_all_is_calm_was_done_upon_nothing() -> None:
    play = opened("together")
    play.act("facilitator", "nudge", text="canary")
    play.act("a", "say", text="Hello you there")
    assert last(play) == (None, None, False)
    assert came(play)[0].words == 3
    assert "canary" not in repr(came(play))


def test_a_sign_stands_until_the_first_event_after_which_it_does_not() -> None:
    play = silent()
    assert last(play) == ("silence", None, True)
    play.act("system", "dropped", seat="b")  # nobody is silent to somebody who is away
    assert last(play) == ("silence", 0, False)


def test_after_how_long_it_went_stays_as_it_was() -> None:
    play = silent()
    play.wait(minutes=2)
    assert last(play) == ("silence", None, True)
    play.act("a", "say", text="Hello")
    play.wait(minutes=1)
    play.act("b", "say", text="Hello back")
    assert last(play) == ("silence", 2, False)
    assert came(play)[0].words == 3


def test_a_sign_may_come_back() -> None:
    play = silent()
    play.act("a", "say", text="Hello")
    play.wait(minutes=5)
    assert last(play) == ("silence", 0, True)


def test_time_alone_may_end_a_sign() -> None:
    play = opened("together", minutes=100)
    for _ in range(3):
        play.act("a", "say", text="You always lie, you idiot")
    play.act("facilitator", "pause")
    assert last(play)[0] == "heat"
    assert last(play)[2]
    for _ in range(2):  # however much later somebody looks
        play.wait(minutes=11)
        assert last(play) == ("heat", 9, False)
    play.act("a", "say", text="Let us go on")
    assert last(play) == ("heat", 9, False)


def test_each_thing_that_was_done_has_a_sign_of_its_own() -> None:
    play = opened("together", minutes=100)
    play.act("b", "help", show=False)
    play.act("facilitator", "join")
    play.wait(minutes=5)
    play.act("facilitator", "nudge", text="Take your time")
    assert [(one.sign, one.gone_after, one.stands) for one in came(play)] == [
        ("help", 0, False),
        ("silence", None, True),
    ]
