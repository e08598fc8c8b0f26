"""Going on together: only by both people's choice, one offer at a time, truth after commitment."""

from datetime import timedelta

import pytest
from sqlalchemy import select

import models
from services.conversations import kept, offers, rooms, surveys
from services.conversations.offers import NotOpen
from services.conversations.rooms import Act
from services.pairing import arrangements
from services.path import State, walk
from tests import factories
from tests.conftest import ROOT
from tests.factories import NOW
from tests.home.test_journey import stand, talk
from tests.journey.offering import DAY, held, hours, offered, say_again, sign
from tests.rounds import people


def test_a_yes_of_one_opens_nothing(session, pair):
    say_again(session, pair.first_id)

    assert offers.open_guides(session, pair) == ()
    assert offers.pairs(session, pair.first.account_id, NOW) == []


def test_truth_comes_after_a_commitment(session, again):
    assert offers.open_guides(session, again) == ("again", "values", "commit")
    sign(session)
    assert offers.open_guides(session, again) == ("again", "values", "commit", "truth")
    assert offers.pairs(session, again.first.account_id, NOW) == [(again, again.first)]


@pytest.mark.parametrize("how", ["reported", "gone"])
def test_two_kept_apart_or_gone_are_offered_nothing(session, again, how):
    if how == "gone":
        again.second.account.active = False
    else:
        low, high = sorted([again.first.account.key, again.second.account.key])
        session.add(models.Exclusion(low=low, high=high, reason=how, at=NOW))
    session.flush()

    assert offers.open_guides(session, again) == ()


def test_an_offer_is_told_answered_and_becomes_a_conversation_by_its_guide(session, again, config):
    made = offered(session, again, config)
    for person in (again.first_id, again.second_id):
        surveys.finish(session, held(session), person, NOW)
    assert stand(session, again.second).state is State.OFFERED
    assert stand(session, again.first).state is not State.OFFERED
    hour = offers.hours_of(made, NOW)[0]

    fixed = offers.accept(session, made, again.second, hour, NOW, config=config)

    assert (fixed.scheduled_at, fixed.pair) == (hour, again)
    assert session.get_one(models.GuideVersion, fixed.guide_digest).slug == "values"
    assert made.state == "accepted"
    kinds = session.scalars(select(models.Mail.kind)).all()
    assert sorted(kinds) == ["offer", "scheduled", "scheduled"]


def test_right_now_is_right_now_for_a_quarter_of_an_hour(session, again, config):
    made = offers.make(session, again, again.first, ("again", [NOW]), NOW, config=config)
    assert offers.hours_of(made, NOW + offers.NOW_LASTS) == []
    later = NOW + timedelta(minutes=5)

    assert (
        offers.accept(session, made, again.second, NOW, later, config=config).scheduled_at == later
    )


@pytest.mark.parametrize("what", ["guide", "second", "none", "strange"])
def test_what_cannot_be_offered_is_refused(session, again, config, what):
    wanted = hours(session, again, config)
    if what == "second":
        offered(session, again, config)
    given = {"none": [], "strange": [NOW + DAY / 7]}.get(what, wanted)

    guide = "truth" if what == "guide" else "values"

    with pytest.raises(NotOpen):
        offers.make(session, again, again.first, (guide, given), NOW, config=config)


def test_nobody_says_yes_to_their_own_offer_or_to_one_that_is_over(session, again, config):
    made = offered(session, again, config)
    hour = offers.hours_of(made, NOW)[0]
    with pytest.raises(NotOpen):
        offers.accept(session, made, again.first, hour, NOW, config=config)
    with pytest.raises(NotOpen, match="gone"):
        offers.accept(session, made, again.second, hour + DAY / 9, NOW, config=config)
    offers.decline(session, made, again.second, NOW)
    with pytest.raises(NotOpen):
        offers.accept(session, made, again.second, hour, NOW, config=config)
    assert made.state == "declined"


def test_an_offer_is_taken_back_or_expires(session, again, config):
    made = offered(session, again, config)
    offers.decline(session, made, again.first, NOW)
    assert made.state == "withdrawn"
    other = offered(session, again, config)
    assert offers.expire_due(session, NOW) == 0
    assert offers.expire_due(session, NOW + offers.STANDS) == 1
    session.refresh(other)
    assert other.state == "expired"


def test_a_promise_elsewhere_in_that_hour_comes_first(session, again, config):
    made = offered(session, again, config)
    hour = offers.hours_of(made, NOW)[0]
    third = people.person(session, again.first.programme, 5)
    talk(session, factories.pair(session, again.first, third), hour)

    with pytest.raises(NotOpen):
        offers.accept(session, made, again.second, hour, NOW, config=config)


def test_what_both_sign_and_say_in_the_room_outlives_its_log(session, pair, keys):
    """Played through the real room: the commitment and the two yeses are rows afterwards."""
    made = arrangements.promise(session, pair, NOW, NOW, "commit")
    live = rooms.load(session, keys, made, NOW)

    def act(actor, kind, **data):
        rooms.play(session, live, Act(actor, kind, data), NOW)

    rooms.play(session, live, rooms.opening(session, made), NOW)
    for seat in "ab":
        act("system", "returned", seat=seat)
    while live.room.current.activity != "sign":
        act("facilitator", "move", by="Ruth")
    act("a", "write", text="I call.")
    act("b", "write", text="I listen.")
    for seat in "ab":
        act(seat, "sign", of=live.room.activity.latest)
    act("a", "reflect", line="", again=True)
    act("b", "reflect", line="", again=True)

    (commitment,) = kept.commitments(session, pair.first.account_id)
    assert (commitment.first, commitment.second) == ("I call.", "I listen.")
    assert kept.agreed(session, pair)
    assert "commit" in walk.walked(session, pair.second.account_id)


def test_a_yes_that_is_there_already_is_kept(session, pair):
    say_again(session, pair.first_id)
    kept._agree(session, held(session).id, pair.first_id, NOW)

    assert len(session.scalars(select(models.SurveyAnswer)).all()) == 1


def test_the_steps_walked_follow_from_what_was_talked_through(session, pair):
    account = pair.first.account_id
    assert walk.walked(session, account) >= {"listen", "humanize", "empathize", "values"}
    held(session).ending, held(session).step = "left", 2
    assert walk.walked(session, account) == {"listen"}
    sign(session)
    held(session).ending = "finished"
    other = factories.pair(session, pair.first, people.person(session, pair.first.programme, 5))
    text = (ROOT / "guides" / "truth.en.toml").read_text(encoding="utf-8")
    version = factories.guide_version(session, text, "truth")
    factories.conversation(
        session,
        other,
        version,
        NOW,
        state="closed",
        started_at=NOW,
        closed_at=NOW,
        ending="finished",
    )
    assert walk.walked(session, account) == set(walk.STEPS)
