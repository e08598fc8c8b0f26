"""The pages of an invitation: every state has its text, an exit and a next step."""

import re
from http import HTTPStatus

import pytest

import models
from tests import factories
from tests.factories import NOW
from tests.invitations.scene import Browser, Scene


@pytest.fixture
def scene(app, invited, config):
    return Scene(app, invited, config)


def test_an_invitation_says_what_is_shared_and_that_they_differ_not_on_what(scene):
    page = scene.marta.read(scene.page)

    assert "The first name is Omar." in page
    assert "Being there for others" in page
    assert "things you see differently" in page
    assert scene.invited.pair.differences[0] not in page
    for text in ("Yes, at these times", "Ask for another time", "No, thank you"):
        assert text in page


def test_times_are_grouped_by_day_on_the_readers_clock(app, invite, config):
    vienna = {"zone": "Europe/Vienna", "hours": [(3, 20), (3, 21)]}
    scene = Scene(
        app, invite(vienna, {"zone": "Asia/Beirut"} | {"hours": [(3, 21), (3, 22)]}), config
    )

    ours, theirs = scene.marta.read(scene.page), scene.omar.read(scene.theirs)

    assert "Central European Summer Time" in ours
    assert re.findall(r"Thursday \d+ October</legend>|\d\d:\d\d CEST</span>", ours) == [
        "Thursday 8 October</legend>",
        "20:00 CEST</span>",
        "21:00 CEST</span>",
        "Thursday 15 October</legend>",
        "20:00 CEST</span>",
        "21:00 CEST</span>",
    ]
    assert "21:00 EEST" in theirs


def test_shared_values_without_a_name_of_ours_are_told_as_they_are(scene):
    scene.invited.pair.shared_values = ["good_neighbours"]
    scene.session.commit()

    assert "good neighbours" in scene.marta.read(scene.page)


def test_where_nothing_is_named_there_is_still_a_sentence(scene):
    scene.invited.pair.shared_values, scene.invited.pair.differences = [], []
    scene.session.commit()

    page = scene.marta.read(scene.page)
    assert "You both want to listen" in page
    assert "There are things you see differently." in page


def test_only_the_invited_one_can_open_it(scene, app):
    stranger = factories.account(scene.session)
    scene.session.commit()

    for browser in (scene.omar, Browser(app, stranger)):
        browser.read(scene.page, HTTPStatus.NOT_FOUND)
    scene.marta.read("/invitations/99999", HTTPStatus.NOT_FOUND)
    assert app.test_client().get(scene.page).status_code == HTTPStatus.FOUND


def test_a_yes_is_thanked_for_and_can_be_changed(scene):
    where, page = scene.accept(scene.hours[:2])

    assert where.endswith(scene.page)
    assert "As soon as Omar answers" in page
    assert "<h1>You said yes</h1>" in page
    assert "Wednesday 7 October, 18:00 UTC" in page
    assert "Change my times" in page
    assert page.count(" checked>") == 2


def test_the_other_sees_which_times_were_chosen(scene):
    scene.accept(scene.hours[:2])

    page = scene.omar.read(scene.theirs)
    assert "Marta chose" in page
    assert page.count('value="2026-10-07T18:00:00+00:00"') == 1


def test_two_yeses_lead_to_the_door(scene):
    scene.accept(scene.hours[:1])
    _, page = scene.accept_too(scene.hours[:1])

    assert "It is fixed." in page
    assert "You meet Marta" in page
    assert f"/conversations/{scene.conversation.token}" in page
    assert "I cannot make it" in page


def test_an_open_room_cannot_be_cancelled_from_here(scene):
    scene.arrange().state = "open"
    scene.session.commit()

    page = scene.marta.read(scene.page)
    assert "To the door" in page
    assert "I cannot make it" not in page


def test_different_times_bring_both_back_to_the_question(scene):
    scene.accept(scene.hours[:1])
    _, page = scene.accept_too(scene.hours[1:2])

    assert "You and Marta chose different times." in page
    assert "You and Marta still need a time" in page
    assert "Marta chose" in page
    assert "Omar chose" in scene.marta.read(scene.page)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ([], "Please choose at least one time."),
        (["tomorrow"], "Please choose at least one time."),
        (["2026-10-08T18:00:00"], "Please choose at least one time."),
        (["2026-10-08T03:00:00+00:00"], "no longer free for you both"),
    ],
)
def test_a_yes_without_a_time_both_have_is_asked_again(scene, hours, said):
    status, page = scene.accept(hours)

    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in page
    assert scene.invited.states == ("open", "open")


def test_chosen_times_that_are_free_no_longer_are_asked_for_again(scene):
    scene.accept(scene.hours[:1])
    for mark in scene.session.query(models.Availability).filter_by(hour=18):
        scene.session.delete(mark)
    scene.session.commit()

    assert "no longer free for you both" in scene.marta.read(scene.page)


def test_without_a_common_hour_both_are_asked_for_more(app, invite, config):
    scene = Scene(app, invite(), config)
    for mark in scene.session.query(models.Availability):
        scene.session.delete(mark)
    scene.session.commit()

    assert "there is no hour in the days ahead" in scene.marta.read(scene.page)
    where, page = scene.marta.send(f"{scene.page}/another", scene.page)

    assert where.endswith("/home/times")
    assert "We asked Omar to look at the times again." in page
    assert len(scene.invited.mails(scene.invited.second, "another_time")) == 1


def test_a_no_needs_no_reason(scene):
    _, page = scene.marta.send(f"{scene.page}/decline", scene.page)

    assert "You said no, and that is fine" in page
    assert "Add times" in page
    assert "Nothing came of this invitation" in scene.omar.read(scene.theirs)


def test_an_invitation_whose_time_has_passed_says_so_before_the_job_runs(scene, clock):
    clock.forward(hours=72)

    page = scene.marta.read(scene.page)
    assert "This invitation has ended" in page
    assert "Add times" in page


@pytest.mark.parametrize("answer", ["accept", "another", "decline"])
def test_an_answer_that_comes_too_late_changes_nothing_and_says_so(scene, clock, answer):
    hours = scene.hours[:1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', scene.marta.read(scene.page)).group(1)
    clock.forward(hours=72)
    answered = scene.marta.client.post(
        f"{scene.page}/{answer}", data={"csrf_token": token, "hours": hours}, follow_redirects=True
    )

    assert "Nothing was changed." in answered.text
    assert scene.invited.states == ("open", "open")


def test_cancelling_asks_once_and_then_frees_both(scene):
    path = f"/conversations/{scene.arrange().token}/cancel"

    assert "You cannot make it?" in scene.marta.read(path)
    where, page = scene.marta.send(path, path)

    assert where.endswith("/home")
    assert "It is cancelled. We have written to Omar." in page
    assert scene.conversation.state == "cancelled"
    assert "This conversation was cancelled" in scene.omar.read(scene.theirs)
    assert scene.marta.client.get(path).location.endswith("/home")


def test_a_yes_to_somebody_who_has_left_says_that_nothing_came_of_it(scene):
    scene.invited.second.withdrawn_at = NOW
    scene.session.commit()

    _, page = scene.accept(scene.hours[:1])
    assert "Nothing came of this invitation" in page
    assert "Add times" in page


def test_only_the_two_can_cancel(scene, app):
    path = f"/conversations/{scene.arrange().token}/cancel"
    stranger = factories.account(scene.session)
    scene.session.commit()

    Browser(app, stranger).read(path, HTTPStatus.NOT_FOUND)
    scene.marta.read("/conversations/nowhere/cancel", HTTPStatus.NOT_FOUND)


def test_a_conversation_that_began_meanwhile_is_not_cancelled(scene):
    conversation = scene.arrange()
    path = f"/conversations/{conversation.token}/cancel"
    token = re.search(r'name="csrf_token" value="([^"]+)"', scene.marta.read(path)).group(1)
    conversation.state, conversation.started_at = "open", conversation.scheduled_at
    scene.session.commit()

    answered = scene.marta.client.post(path, data={"csrf_token": token}, follow_redirects=True)
    assert "It was not cancelled" in answered.text
    assert scene.conversation.state == "open"


def test_what_is_past_leads_home(scene):
    scene.arrange().state = "closed"
    scene.session.commit()

    assert "The time you had arranged is over" in scene.marta.read(scene.page)


def test_a_break_gives_an_invitation_back(scene):
    scene.marta.send("/home/pause", "/home")

    page = scene.marta.read("/home")
    assert "You are taking a break" in page
    assert "Nothing came of this invitation" in scene.omar.read(scene.theirs)
