"""Guides and questionnaires written in the browser."""

from pathlib import Path

import pytest
from sqlalchemy import select

import models
from services.staff import manuscripts, questionnaires
from services.staff.manuscripts import GUIDE
from tests import factories
from tests.staff.test_manuscripts import line
from tests.visitors import Visitor

GUIDES = Path(manuscripts.FOLDERS[GUIDE])
FIRST = (GUIDES / "first.en.toml").read_text(encoding="utf-8")
ASKED = (questionnaires.FOLDER / "first.en.toml").read_text(encoding="utf-8")
PAGE = "/staff/texts/guide/first/en"


@pytest.fixture
def account(session):
    made = factories.account(session, "staff")
    session.commit()
    return made


@pytest.fixture
def staff(app, account):
    return Visitor(app, account)


def test_it_is_written_checked_and_kept_in_the_browser(session, staff, account):
    changed = FIRST.replace('title = "Listen"', 'title = "Hear"')
    page = staff.get(PAGE)
    assert "as it came" in page.text
    assert "Nothing is wrong with it" in page.text
    shown = staff.post(PAGE, text=changed.replace("\n", "\r\n"), look="1", number="0")
    assert "<strong>Hear</strong>" in shown.text
    assert manuscripts.versions(session, GUIDE, "first", "en") == []
    assert staff.post(PAGE, text=changed, number="0").status_code == 302

    session.expire_all()
    [made] = manuscripts.versions(session, GUIDE, "first", "en")
    assert (made.text, made.account_id) == (changed, account.id)
    assert "Version 1" in staff.get("/staff/texts").text
    staff.post(PAGE, text=changed, number="1")
    assert "Nothing is different" in staff.get(PAGE).text
    late = staff.post(PAGE, text=changed + "# late", number="0")
    assert late.status_code == 422
    assert "Somebody kept another version" in late.text
    assert "# late" in late.text
    assert "Hear" in staff.get(f"{PAGE}?version=1").text
    assert staff.get(f"{PAGE}?version=9").status_code == 404
    logged = select(models.AuditEntry.action).order_by(models.AuditEntry.seq.desc())
    assert session.scalars(logged).first() == "guide.version"


def test_what_is_wrong_is_refused_and_kept_to_be_mended(session, staff):
    wrong = staff.post(PAGE, text=FIRST.replace("minutes = 50", "minutes = 500"), number="0")

    assert wrong.status_code == 422
    assert f"Line {line(FIRST, 'minutes')}" in wrong.text
    assert "minutes = 500" in wrong.text
    taken = staff.post(PAGE, text=FIRST.replace('slug = "first"', 'slug = "truth"'), number="0")
    assert taken.status_code == 422
    assert "another text of that name" in taken.text
    assert manuscripts.versions(session, GUIDE, "first", "en") == []


def test_another_name_makes_another_text(session, staff):
    text = ASKED.replace('slug = "first"', 'slug = "town"')
    kept = staff.post("/staff/texts/questionnaire/first/en", text=text, number="0")

    assert kept.headers["Location"] == "/staff/texts/questionnaire/town/en"
    assert "town" in staff.get("/staff/texts").text
    assert questionnaires.slugs(session) == ["first", "town"]
    assert "How much like you" in staff.get(kept.headers["Location"]).text


def test_it_is_checked_while_it_is_typed(staff):
    said = staff.post("/staff/texts/questionnaire/check", text=ASKED.replace("max = 6", "max = 0"))
    seen = staff.post("/staff/texts/questionnaire/check", text=ASKED)

    assert "must be above min" in said.text
    assert 'data-line="' in said.text
    assert "Very much like me" in seen.text
    assert "0 is very cold, 100 is very warm" in seen.text
    assert "<html" not in seen.text
    assert staff.post("/staff/texts/song/check", text="").status_code == 404
    assert staff.get("/staff/texts/song/first/en").status_code == 404
    assert staff.get("/staff/texts/guide/first/de").status_code == 404


def test_what_earshot_itself_asks_is_no_text_to_choose(staff):
    page = staff.get("/staff/texts").text

    assert "/questionnaire/first/en" in page
    assert "/questionnaire/after/en" not in page
