"""Staff look at a round, pair by hand at a known cost, publish once and take it back."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

import models
from services.pairing import rounds
from tests import factories
from tests.factories import NOW
from tests.rounds import people
from tests.visitors import Visitor
from web.staff import rounds as pages

LIST = "/staff/programmes/across-the-table/rounds"
ONE = f"{LIST}/1"


@pytest.fixture
def crowd(session):
    made = people.crowd(session, people.programme(session), 6)
    session.commit()
    return made


@pytest.fixture
def staff(app, session):
    account = factories.account(session, "staff")
    session.commit()
    return Visitor(app, account)


@pytest.fixture
def preview(crowd, staff):
    assert staff.post(LIST).status_code == 302
    return staff.get(ONE).text


def test_the_list_leads_to_a_preview_that_tells_nobody(session, crowd, staff):
    assert "No round yet" in staff.get(LIST).text
    assert "6 people wait" in staff.get(LIST).text
    staff.post(LIST)
    page = staff.get(ONE).text

    assert "Nobody has been told yet" in page
    assert "Publish 3 pairs" in page
    assert "of at most 3 that are possible" in page
    assert "Everybody has a pair" in page
    assert session.scalars(select(models.Invitation)).all() == []


def test_a_programme_without_a_round_says_why(session, crowd, staff):
    programme = session.scalars(select(models.Programme)).one()
    programme.policy = {"min_differences": 60}
    session.commit()
    staff.post(LIST)

    assert "No round was run" in staff.get(LIST).text


def test_two_are_chosen_the_cost_is_shown_and_then_they_are_paired(session, crowd, staff, preview):
    def now():
        return [
            [int(n) for n in re.findall(r"data-person=\"(\d+)\"", row)]
            for row in re.findall(r"<th scope=\"row\">.*?</th>", staff.get(ONE).text, re.S)
        ]

    (a, _b), (c, d), *_ = now()
    other = c if c % 2 != a % 2 else d
    assert f"one={a}&amp;two={other}" in staff.get(f"{ONE}?one={a}").text
    page = staff.get(f"{ONE}?one={a}&two={other}").text
    assert "If you pair" in page
    assert "as many as before" in page

    staff.post(f"{ONE}/pair", one=a, two=other, version=1)
    assert sorted((a, other)) in [sorted(both) for both in now()]
    assert "by hand" in staff.get(ONE).text


def test_what_cannot_be_or_came_too_late_is_said(crowd, staff, preview):
    first = crowd[0].id
    assert "cannot be paired" in staff.get(f"{ONE}?one={first}&two={first}").text
    for path, given, said in (
        ("pair", {"one": first, "two": first, "version": 1}, "cannot be paired"),
        ("pair", {"one": first, "two": crowd[1].id, "version": 9}, "changed this preview"),
        ("publish", {"version": 9}, "changed this preview"),
        ("discard", {"version": 9}, "changed this preview"),
        ("undo", {}, "changed this preview"),
    ):
        staff.post(f"{ONE}/{path}", **given)
        assert said in staff.get(ONE).text, path


def test_a_round_is_published_once_and_taken_back(session, crowd, staff, preview):
    staff.post(f"{ONE}/publish", version=1)
    assert "3 pairs are published" in staff.get(ONE).text
    staff.post(f"{ONE}/publish", version=1)
    assert "It went out once" in staff.get(ONE).text
    assert "3 pairs" in staff.get(LIST).text

    staff.post(f"{ONE}/undo")
    assert "Taken back" in staff.get(LIST).text
    assert "then taken back" in staff.get(ONE).text
    assert session.scalars(select(models.Pair)).all() == []


@pytest.mark.usefixtures("crowd", "preview")
def test_an_overtaken_round_says_so(staff, config, main_engine):
    rounds.run_now(sessionmaker(main_engine), "across-the-table", config, NOW, 2)
    staff.post(f"{ONE}/publish", version=1)
    assert "Another round was published since" in staff.get(ONE).text


def test_after_a_yes_it_stands(session, crowd, staff, preview):
    staff.post(f"{ONE}/publish", version=1)
    session.scalars(select(models.Invitation)).first().state = "accepted"
    session.commit()
    staff.post(f"{ONE}/undo")
    assert "Somebody has said yes" in staff.get(ONE).text


def test_a_preview_is_thrown_away(session, crowd, staff, preview):
    staff.post(f"{ONE}/discard", version=1)
    assert "Thrown away" in staff.get(ONE).text
    staff.post(f"{ONE}/publish", version=2)
    assert "This preview is over" in staff.get(ONE).text


def test_few_previews_are_remembered_and_others_asked_anew(app, crowd, staff, monkeypatch):
    monkeypatch.setattr(pages, "REMEMBERED", 1)
    a, b = crowd[0].id, crowd[1].id
    for number in (1, 2, 1):
        if number == 2 or not app.extensions.get(pages.CACHE):
            staff.post(LIST)
        assert "If you pair" in staff.get(f"{LIST}/{number}?one={a}&two={b}").text
    assert list(app.extensions[pages.CACHE]) == [(1, 1)]


def test_another_programme_s_preview_is_not_found(session, staff, preview):
    people.programme(session, slug="other")
    session.commit()
    assert staff.get("/staff/programmes/other/rounds/1").status_code == 404
    assert staff.get(f"{LIST}/9").status_code == 404
