"""Staff see their programmes, publish a month once, and nobody else sees any of it."""

import hashlib
import io
import re
import zipfile
from datetime import datetime
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from disclosure.budget import Loss
from services.figures import releases
from services.site import audit
from tests import factories
from tests.staff import people

PAGES = (
    "/staff",
    "/staff/audit",
    "/staff/programmes/library",
    "/staff/programmes/library/releases",
    "/staff/programmes/library/releases/2026-09",
)
RELEASE = PAGES[-1]


@pytest.fixture
def programme(session: Session) -> models.Programme:
    """A programme with 40 who joined in September, 20 of whom talked."""
    made = factories.programme(session, "library", title="City <b>library</b>")
    pairs = list(people.paired(session, people.joined(session, made, 40)[:20]))
    for pair in pairs:
        people.accepted(session, pair)
        people.talked(session, pair)
    session.commit()
    return made


def enter(app: Flask, session: Session, *roles: str) -> FlaskClient:
    """Return a browser that is signed in with *roles*."""
    account = factories.account(session, *roles)
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = account.fs_uniquifier, True
    return client


@pytest.fixture
def staff(app: Flask, session: Session, programme: models.Programme) -> FlaskClient:
    """A browser of somebody on the staff."""
    return enter(app, session, "staff")


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def publish(client: FlaskClient, address: str = RELEASE):
    page = client.get(RELEASE).text
    return client.post(address, data={"csrf_token": token(page)}, follow_redirects=True)


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_staff_and_admin_see_every_page(app, session, programme, role: str) -> None:
    client = enter(app, session, role)
    found = {address: client.get(address).status_code for address in PAGES}
    assert found == dict.fromkeys(PAGES, HTTPStatus.OK)


def test_for_everybody_else_there_is_no_such_page(app, session, programme) -> None:
    releases.publish(session, "library", releases.read_month("2026-09"), factories.NOW)
    session.commit()
    addresses = (*PAGES, f"{RELEASE}.zip")
    for client in (app.test_client(), enter(app, session, "participant", "facilitator")):
        found = {address: client.get(address).status_code for address in addresses}
        assert found == dict.fromkeys(addresses, HTTPStatus.NOT_FOUND)


def test_nobody_but_staff_can_publish(app, session, programme) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert enter(app, session, "facilitator").post(RELEASE).status_code == HTTPStatus.NOT_FOUND
    assert session.scalars(select(models.Release)).all() == []


def test_publishing_needs_the_token_of_the_form(staff, session) -> None:
    assert staff.post(RELEASE).status_code == HTTPStatus.BAD_REQUEST
    assert session.scalars(select(models.Release)).all() == []


def test_titles_are_shown_as_text(staff) -> None:
    assert "City &lt;b&gt;library&lt;/b&gt;" in staff.get("/staff").text


def test_the_funnel_has_its_numbers_in_picture_and_table_beside_the_field(staff) -> None:
    page = staff.get("/staff/programmes/library").text
    assert page.count(">40<") == 6  # signed up, confirmed, finished: in the picture and the table
    assert "100 %" in page.replace("\xa0", " ")
    assert "goal 55, field about 40" in page
    assert "stay behind this sign-in" in page
    assert "style=" not in page


def test_a_month_nobody_joined_in_says_what_to_do(staff) -> None:
    page = staff.get("/staff/programmes/library?month=2026-08").text
    assert "Nobody joined in this time" in page
    assert "who joined in August 2026" in page


def test_a_closed_programme_offers_no_month_to_come(staff, session, programme) -> None:
    assert "October 2026" in staff.get("/staff/programmes/library").text
    programme.closed_at = datetime.fromisoformat("2026-09-20T00:00:00+00:00")
    session.commit()
    assert "October 2026" not in staff.get("/staff/programmes/library").text


def test_what_does_not_exist_is_not_found(staff) -> None:
    for address in (
        "/staff/programmes/libary",
        "/staff/programmes/library?month=soon",
        "/staff/programmes/library/releases/soon",
        f"{RELEASE}.zip",
    ):
        assert staff.get(address).status_code == HTTPStatus.NOT_FOUND, address


def test_a_preview_says_what_a_release_would_be_like_and_stores_nothing(staff, session) -> None:
    page = staff.get(RELEASE).text
    assert "Not published yet" in page
    assert "nothing about anybody" in page
    assert "0 of 1 used" in page
    assert "12 releases of this grade fit" in page
    assert "7 releases of this grade fit" in staff.get(f"{RELEASE}?grade=sharp").text
    assert staff.get(f"{RELEASE}?grade=free").status_code == HTTPStatus.NOT_FOUND
    assert session.scalars(select(models.Release)).all() == []


def test_a_grade_nobody_offers_is_not_published(staff, session) -> None:
    data = {"csrf_token": token(staff.get(RELEASE).text), "grade": "free"}
    assert staff.post(RELEASE, data=data).status_code == HTTPStatus.NOT_FOUND
    assert session.scalars(select(models.Release)).all() == []


def test_a_spent_budget_is_said_in_words_and_nothing_is_published(
    staff, session, programme
) -> None:
    people.released_before(session, programme, 11, Loss(0.55, 0.45))
    session.commit()
    page = staff.get(RELEASE).text
    assert "has no room for this grade" in page
    assert "Publish for good" not in page
    data = {"csrf_token": token(page), "grade": "steady"}
    answer = staff.post(RELEASE, data=data, follow_redirects=True)
    assert "The privacy budget has no room for September 2026" in answer.text
    periods = session.scalars(select(models.Release.period)).all()
    assert "2026-09" not in periods


def test_published_once_the_same_bytes_are_handed_out_ever_after(staff, session) -> None:
    assert "are published. They stay as they are." in publish(staff).text
    first = staff.get(f"{RELEASE}.zip")
    session.scalars(select(models.Participant)).first().joined_at = factories.NOW
    session.commit()
    publish_again = staff.post(RELEASE, data={"csrf_token": token(staff.get("/staff").text)})
    assert publish_again.status_code == HTTPStatus.FOUND
    assert staff.get(f"{RELEASE}.zip").data == first.data
    assert first.headers["Content-Type"] == "application/zip"
    assert "earshot-library-2026-09.zip" in first.headers["Content-Disposition"]
    assert "funnel.csv" in zipfile.ZipFile(io.BytesIO(first.data)).namelist()
    assert hashlib.sha256(first.data).hexdigest()[:16] in staff.get(RELEASE).text


def test_a_published_page_no_longer_tells_the_reasons_apart(staff) -> None:
    page = publish(staff).text
    assert "Protects another" not in page
    assert "Published. What you see here" in page


def test_an_open_month_is_refused_in_words(staff, session) -> None:
    address = "/staff/programmes/library/releases/2026-10"
    for answer in (staff.get(address, follow_redirects=True), publish(staff, address)):
        assert "October 2026 is not over yet" in answer.text
        assert "Saturday 31 October" in answer.text or "Sunday 1 November" in answer.text
    assert session.scalars(select(models.Release)).all() == []


def test_a_month_before_the_programme_is_refused_in_words(staff) -> None:
    page = staff.get("/staff/programmes/library/releases/2020-01", follow_redirects=True).text
    assert "There are no figures for this month" in page


def test_months_are_listed_with_what_was_published(staff) -> None:
    publish(staff)
    page = staff.get("/staff/programmes/library/releases").text
    assert page.count("Not published") == page.count("Preview") > 0
    assert page.count("Published on") == page.count("Download") == 1


def test_a_programme_in_its_first_month_has_no_release_yet(staff, session, programme) -> None:
    programme.opened_at = factories.NOW
    session.commit()
    assert "No month is over yet" in staff.get("/staff/programmes/library/releases").text
    assert "October 2026" in staff.get("/staff/programmes/library").text


def test_the_audit_log_shows_the_latest_first_in_pages(staff, session) -> None:
    for number in range(60):
        audit.record(
            session,
            now=factories.NOW,
            actor="account:1",
            action="desk.look",
            subject=f"conversation:{number}",
        )
    session.commit()
    first, second = staff.get("/staff/audit").text, staff.get("/staff/audit?page=9").text
    assert first.index("conversation:59") < first.index("conversation:10")
    assert "conversation:9<" not in first
    assert "conversation:9<" in second
    assert "Page 2 of 2" in second


def test_the_audit_log_says_whether_it_is_whole(staff, session) -> None:
    publish(staff)
    assert "The log is whole" in staff.get("/staff/audit?check=1").text
    session.scalars(select(models.AuditEntry)).one().actor = "account:999"
    session.commit()
    assert "line 1 was changed" in staff.get("/staff/audit?check=1").text


def test_without_programmes_or_lines_the_pages_say_what_comes(app, session) -> None:
    client = enter(app, session, "admin")
    assert "No programme yet" in client.get("/staff").text
    assert "Nothing here yet" in client.get("/staff/audit").text
