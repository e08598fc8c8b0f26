"""A programme's logo, terms and page: what is kept, what is refused, what people agree to."""

import struct
import zlib
from io import BytesIO

import pytest
from sqlalchemy import select

import models
from services.people import enrolment
from services.staff import logos, programmes
from tests import factories
from tests.factories import NOW
from tests.rounds import people
from tests.staff.test_editor import form
from tests.visitors import Visitor

SETTINGS = "/staff/programmes/town/settings"
LOGO = "/staff/programmes/town/logo"


def png(width=4, height=2, alpha=255, said=None, text=b"") -> bytes:
    """Return a red picture; *said* is the size its head gives, *text* a note in the file."""

    def part(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", *(said or (width, height)), 8, 6, 0, 0, 0)
    rows = (b"\0" + bytes((255, 0, 0, alpha)) * width) * height
    note = part(b"tEXt", b"Comment\0" + text) if text else b""
    body = part(b"IHDR", head) + note + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
    return logos.START + body


@pytest.fixture
def town(session):
    return people.programme(session, slug="town", title="The town")


@pytest.fixture
def staff(app, session, town):
    account = factories.account(session, "staff")
    session.commit()
    return Visitor(app, account)


def test_a_logo_is_drawn_anew_and_made_to_fit():
    made = logos.drawn(png(960, 100, text=b"where it was taken"))

    assert struct.unpack(">II", made[16:24]) == (480, 50)
    assert b"where it was taken" not in made
    assert logos.drawn(png()) != b""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (png() + b"x" * logos.LARGEST, "large"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "kind"),
        (logos.START, "kind"),
        (png(said=(20_000, 20_000)), "pixels"),
        (png(said=(0, 2)), "pixels"),
        (png()[:60], "broken"),
        (png(alpha=0), "broken"),
    ],
)
def test_what_is_no_logo_is_refused(content, code):
    with pytest.raises(logos.BadLogo) as refused:
        logos.drawn(content)

    assert refused.value.code == code


def test_a_logo_is_kept_shown_and_taken_away(app, session, staff, town):
    assert Visitor(app).get("/p/town/logo.png").status_code == 404
    staff.post(LOGO, logo=(BytesIO(png()), "logo.png"))
    shown = Visitor(app).get("/p/town/logo.png")

    assert shown.content_type == "image/png"
    assert shown.data == logos.drawn(png())
    assert "/p/town/logo.png" in Visitor(app).get("/p/town").text
    staff.post(LOGO, logo=(BytesIO(b"GIF89a"), "logo.png"))
    assert "not a PNG" in staff.get(SETTINGS).text
    staff.post(LOGO, logo=(BytesIO(b""), ""))
    assert "Choose a file first" in staff.get(SETTINGS).text
    assert Visitor(app).get("/p/town/logo.png").data == shown.data
    staff.post(LOGO, remove="1")
    assert Visitor(app).get("/p/town/logo.png").status_code == 404
    logged = select(models.AuditEntry.data).where(models.AuditEntry.action == "programme.logo")
    assert [bool(one["digest"]) for one in session.scalars(logged)] == [True, False]


def test_its_page_is_seen_before_it_is_kept(app, session, staff, town):
    page = staff.post("/staff/look", **form(title="Another name", accent="#1A5E50", slug="town"))

    assert "Another name" in page.text
    assert "Nothing of it is kept yet" in page.text
    assert "/staff/look.css?accent=%231a5e50" in page.text
    assert "--accent: #1a5e50" in staff.get("/staff/look.css?accent=%231a5e50").text
    assert staff.get("/staff/look.css?accent=%23ffee00").status_code == 404
    assert "look.css" not in staff.post("/staff/look", **form(accent="#ffee00", slug="town")).text
    assert "Another name" not in Visitor(app).get("/p/town").text


def test_terms_are_agreed_to_in_the_version_of_then(app, session, staff, town):
    staff.post(SETTINGS, **form())
    staff.post(SETTINGS, **form(terms="Our library\r\nkeeps nothing."))
    staff.post(SETTINGS, **form(terms="Our library\r\nkeeps nothing.", lead="Come."))
    session.expire_all()
    assert programmes.terms_version(session, town) == 2
    ada = factories.account(session)
    session.commit()
    visitor = Visitor(app, ada)
    both = {"consent_matching": "on", "consent_conversation": "on"}
    assert "Our library\nkeeps nothing." in visitor.get("/profile").text
    visitor.post("/profile", programme=str(town.id), **both)
    assert "terms of its own" in visitor.get("/profile").text
    assert enrolment.of(session, ada.id) == []
    visitor.post("/profile", programme=str(town.id), terms="on", **both)

    session.expire_all()
    [place] = enrolment.of(session, ada.id)
    agreed = enrolment.consents(session, ada.id)[f"programme:{town.id}"]
    assert agreed.version == 2
    enrolment.accept_terms(session, ada.id, town, NOW)
    staff.post(SETTINGS, **form(terms="New words."))
    session.expire_all()
    assert programmes.terms_version(session, town) == 4
    enrolment.accept_terms(session, place.account_id, place.programme, NOW)
    kept = select(models.Consent.version).where(models.Consent.purpose == f"programme:{town.id}")
    assert sorted(session.scalars(kept)) == [2, 4]


def test_terms_that_are_too_long_are_named(staff):
    assert "at most 2000" in staff.post("/staff/check", **form(terms="x" * 2001)).json["terms"]


def test_a_programme_that_never_changed_has_its_first_terms(session, town):
    assert programmes.terms_version(session, town) == 0
