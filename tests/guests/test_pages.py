"""Staff check a list, take it in and invite; a guest takes themselves off."""

import io

import pytest
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

import models
from services.staff import guests, imports, refusals
from tests import factories
from tests.factories import NOW
from tests.visitors import Visitor
from web import security

PAGE = "/staff/programmes/town/people"
GOOD = "email,first_name\nada@example.org,Ada\nben@example.org,<b>Ben</b>\n"


@pytest.fixture
def town(session):
    made = factories.programme(session, "town", title="The town")
    session.commit()
    return made


@pytest.fixture
def staff(app, session, town):
    account = factories.account(session, "staff")
    session.commit()
    return Visitor(app, account)


@pytest.fixture
def upload(staff):
    def of(data: str | bytes, name="list.csv"):
        data = data if isinstance(data, bytes) else data.encode()
        given = {"csrf_token": staff.token(), "file": (io.BytesIO(data), name)}
        return staff.client.post(PAGE, data=given, follow_redirects=True)

    return of


@pytest.fixture
def taken_in(session, staff, upload, main_engine):
    upload(GOOD)
    staff.post(f"{PAGE}/lists/1")
    imports.apply_due(sessionmaker(main_engine), NOW)


def test_a_good_file_is_shown_then_taken_in_with_progress_then_invited(
    session, staff, upload, main_engine
):
    assert "Nothing is wrong with this file" in upload(GOOD).text
    assert session.scalars(select(models.Guest)).all() == []
    staff.post(f"{PAGE}/lists/1")
    waiting = staff.get(f"{PAGE}/lists/1").text
    assert 'http-equiv="refresh"' in waiting
    assert "0 of 2" in waiting
    imports.apply_due(sessionmaker(main_engine), NOW)

    assert "All are in." in staff.get(f"{PAGE}/lists/1").text
    assert "2 guests have not been invited" in staff.get(PAGE).text
    staff.post(f"{PAGE}/invite")
    assert "Letters are being written" in staff.get(PAGE).text
    assert "have not been invited" not in staff.get(PAGE).text
    session.expire_all()
    assert {one.asked_at for one in session.scalars(select(models.Guest))} == {NOW}
    staff.post(f"{PAGE}/invite")
    assert "Nothing was sent" in staff.get(PAGE).text


def test_a_wrong_file_is_shown_line_by_line_and_cannot_be_taken_in(session, staff, upload):
    page = upload(GOOD + "nobody,X\n").text
    assert "One thing is wrong with this file" in page
    assert "must have an @-sign" in page
    assert "Take in" not in page

    staff.post(f"{PAGE}/lists/1")
    assert "Nothing was taken in" in staff.get(PAGE).text
    assert session.scalars(select(models.GuestList.confirmed_at)).all() == [None]


def test_without_a_file_or_with_nobody_new_the_page_says_so(staff, upload, taken_in):
    staff.client.post(PAGE, data={"csrf_token": staff.token()})
    assert "Choose a file first" in staff.get(PAGE).text
    assert "This file adds nobody" in upload(GOOD).text


def test_a_list_can_be_thrown_away(session, staff, upload):
    upload(GOOD)
    staff.post(f"{PAGE}/lists/1", discard="1")

    assert session.scalars(select(models.GuestList)).all() == []
    assert staff.get(f"{PAGE}/lists/1").status_code == 404


def test_a_guest_list_may_be_larger_than_a_form_and_has_a_limit_too(app, upload, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1_000)
    monkeypatch.setitem(security.LARGE, "people.upload", 10_000)
    many = "email\n" + "".join(f"somebody-number-{n}@example.org\n" for n in range(150))

    assert "150" in upload(many).text
    assert upload(many * 3).status_code == 413


def test_people_are_found_and_shown_as_text(staff, taken_in):
    page = staff.get(f"{PAGE}?q=ben").text
    assert "&lt;b&gt;Ben&lt;/b&gt;" in page
    assert "ada@example.org" not in page
    assert "Nobody has this" in staff.get(f"{PAGE}?q=zoe").text


@pytest.mark.usefixtures("taken_in")
def test_a_guest_says_no_with_a_page_that_asks_first(app, session, secret, town):
    guest = session.scalars(select(models.Guest).limit(1)).one()
    way = f"/p/town/no/{refusals.token(secret, guest.id)}"
    visitor = Visitor(app)
    assert "Delete my address" in visitor.get(way).text
    assert guests.progress(session, town).refused == 0

    assert (
        "Your address is deleted here"
        in visitor.client.post(
            way, data={"csrf_token": visitor.token()}, follow_redirects=True
        ).text
    )
    session.expire_all()
    assert (guest.email, guest.refused_at) == ("", NOW)
    assert "already deleted" in visitor.get(way).text


def test_a_made_up_way_out_and_another_programme_s_are_not_found(app, session, secret, taken_in):
    factories.programme(session, "other")
    session.commit()
    visitor = Visitor(app)
    for way in (f"/p/other/no/{refusals.token(secret, 1)}", "/p/town/no/1-abc", "/p/nowhere"):
        assert visitor.get(way).status_code == 404


def test_the_programme_s_own_page_lets_people_in_until_it_is_over(app, session, town):
    visitor = Visitor(app)
    assert "Sign up to talk" in visitor.get("/p/town").text
    town.closed_at = NOW
    session.commit()
    assert "This programme is over" in visitor.get("/p/town").text
