"""The pages of safety, as the two of a pair and a facilitator use them."""

import pytest
from sqlalchemy import select

import models
from services.conversations import hints
from tests import factories
from tests.factories import NOW
from tests.visitors import Visitor


@pytest.fixture
def over(session, held, clock) -> models.Conversation:
    held.started_at = NOW
    session.commit()
    clock.forward(hours=1)
    return held


@pytest.fixture
def first(app, over) -> Visitor:
    return Visitor(app, over.pair.first.account)


@pytest.fixture
def second(app, over) -> Visitor:
    return Visitor(app, over.pair.second.account)


@pytest.fixture
def desk(app, judge) -> Visitor:
    return Visitor(app, judge)


@pytest.fixture
def staff_member(app, session) -> Visitor:
    account = factories.account(session, "staff")
    session.commit()
    return Visitor(app, account)


def test_a_report_is_made_sealed_judged_appealed_and_judged_again(
    session, app, over, first, second, desk, staff_member
):
    form = first.get(f"/conversations/{over.token}/report").text
    assert "canary two" in form
    assert ">mine<" not in form
    assert first.post(f"/conversations/{over.token}/report").status_code == 422
    made = first.post(
        f"/conversations/{over.token}/report", reason="harassment", attach="6", text="It hurt."
    )
    thanks = first.get(made.location).text
    assert "sealed and kept" in thanks

    session.expire_all()
    case = session.scalars(select(models.Report)).one()
    assert "1 case waits" in desk.get("/reports").text
    shut = desk.get(f"/reports/{case.token}").text
    assert "canary" not in shut
    opened = desk.post(f"/reports/{case.token}/look").text
    assert "canary two" in opened
    assert "canary one" not in opened
    assert over.pair.first.first_name not in opened

    refused = desk.post(f"/reports/{case.token}/decide", measure="suspended", reason="")
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    desk.post(f"/reports/{case.token}/decide", measure="suspended", reason="An insult.")
    page = second.get(f"/cases/{case.token}").text
    assert "An insult." in page
    assert over.pair.first.first_name not in page
    assert first.get(f"/cases/{case.token}").status_code == 404
    assert second.post(f"/cases/{case.token}", words=" ").status_code == 422
    second.post(f"/cases/{case.token}", words="It was a joke.")
    assert "Your objection is here" in second.get(f"/cases/{case.token}").text

    assert "It was a joke." in desk.get(f"/reports/{case.token}").text
    same = desk.post(f"/reports/{case.token}/decide", measure="nothing", reason="Fine.")
    assert same.status_code == 422
    staff_member.post(f"/reports/{case.token}/decide", measure="nothing", reason="A joke.")
    assert "A joke." in second.get(f"/cases/{case.token}").text
    assert "Decided lately" in desk.get("/reports").text
    assert (
        "Reports by side"
        in staff_member.get(f"/staff/programmes/{over.pair.first.programme.slug}/fairness").text
    )


def test_a_block_is_kept_and_not_told(session, over, first):
    first.post(f"/conversations/{over.token}/block")
    session.expire_all()
    assert session.scalars(select(models.Exclusion.reason)).one() == "blocked"
    assert session.scalars(select(models.Block)).one().account_id == over.pair.first.account_id
    assert session.scalars(select(models.Mail)).all() == []


def test_a_report_is_refused_after_thirty_days(over, first, clock):
    clock.forward(days=31)
    assert first.get(f"/conversations/{over.token}/report").status_code == 404


def test_help_says_that_nobody_is_on_duty_and_gives_lines(session, over, first, desk):
    over.pair.first.account.zone = "Europe/Berlin"
    session.commit()
    page = first.get(f"/conversations/{over.token}/help").text
    assert "Nobody is on duty now" in page
    assert "TelefonSeelsorge" in page
    desk.post("/desk/roster", day="2026-10-07", **{"from": "12:00", "until": "18:00"})
    assert "Somebody is on duty now" in first.get(f"/conversations/{over.token}/help").text


def test_a_facilitator_goes_on_the_roster_and_off_it(session, desk, judge):
    wrong = desk.post("/desk/roster", day="tomorrow")
    assert wrong.status_code == 422
    assert (
        desk.post(
            "/desk/roster", day="2026-10-08", **{"from": "09:00", "until": "03:00"}
        ).status_code
        == 422
    )
    desk.post("/desk/roster", day="2026-10-08", weeks="2", **{"from": "22:00", "until": "02:00"})
    shifts = session.scalars(select(models.Shift)).all()
    assert len(shifts) == 2
    assert (shifts[0].ends_at - shifts[0].starts_at).seconds == 4 * 3600
    assert "Ruth" in desk.get("/desk/roster").text
    desk.post(f"/desk/roster/{shifts[0].id}/remove")
    assert desk.post(f"/desk/roster/{shifts[0].id}/remove").status_code == 404


def test_each_side_takes_a_next_step_of_its_own(session, over, first, second, desk):
    path = f"/conversations/{over.token}/next"
    first.post(path, step="rest")
    second.post(path, step="rematch")
    session.expire_all()
    assert over.pair.first.paused_at is not None
    assert (over.pair.second.paused_at, over.pair.second.waiting_since) == (None, NOW)
    assert second.post(path, step="shout").status_code == 400
    second.post(path, step="talk")
    waiting = desk.get("/reports").text
    assert over.pair.second.first_name in waiting
    one = f"/callbacks/{over.id}/{over.pair.second_id}"
    desk.post(one, words=" ")
    assert session.scalars(select(models.Mail)).all() == []
    desk.post(one, words="Shall we talk?")
    assert "Shall we talk?" in session.scalars(select(models.Mail.text)).one()
    assert desk.post("/callbacks/99/99", words="x").status_code == 404


def test_evidence_that_is_gone_is_said_on_the_page(session, case, desk):
    case.evidence = b""
    session.commit()
    answer = desk.post(f"/reports/{case.token}/look")
    assert answer.status_code == 302
    assert "is gone" in desk.get(answer.location).text


def test_hints_are_off_until_a_programme_has_them_on_and_a_person_may_switch_them_off(
    session, held, clock, app
):
    person = held.pair.first
    assert hints.offered(held, person) == []
    person.programme.hints = True
    session.commit()
    found = hints.offered(held, person)
    assert {"text", "words"} == set(found[0])
    assert "you always" in found[0]["words"]
    Visitor(app, person.account).post(f"/conversations/{held.token}/hints")
    session.expire_all()
    assert hints.offered(held, held.pair.first) == []
    assert hints.offered(held, held.pair.second) != []
