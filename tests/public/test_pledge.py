"""The pledge: counted without a name; its card lives in its address."""

from flask import Flask
from sqlalchemy.orm import Session

from services import pledges
from tests.visitors import Visitor


def test_taking_it_counts_and_leads_to_a_card(app: Flask, session: Session):
    visitor = Visitor(app)

    to = visitor.post("/pledge", first_name="  Ada <b>M</b> ").headers["Location"]

    page = visitor.get(to).text
    assert pledges.count(session) == 1
    assert "Your promise is counted" in page
    assert "Ada &lt;b&gt;M&lt;/b&gt;" in page
    picture = visitor.get(to.split("?")[0] + ".svg")
    assert picture.mimetype == "image/svg+xml"
    assert "Ada &lt;b&gt;M&lt;/b&gt;" in picture.text


def test_somebody_else_sees_the_card_and_is_invited(app: Flask):
    to = Visitor(app).post("/pledge", first_name="Ada").headers["Location"].split("?")[0]

    page = Visitor(app).get(to).text

    assert "Somebody promised to listen" in page
    assert f'og:image" content="http://localhost{to}.svg"' in page


def test_a_card_nobody_was_given_is_not_found(app: Flask):
    assert Visitor(app).get("/pledge/made-up").status_code == 404
    assert Visitor(app).get("/pledge/made-up.svg").status_code == 404


def test_a_long_name_comes_back(app: Flask, session: Session):
    page = Visitor(app).post("/pledge", first_name="x" * 81)

    assert "x" * 81 in page.text
    assert pledges.count(session) == 0


def test_the_number_is_on_the_start_page(app: Flask):
    visitor = Visitor(app)
    visitor.post("/pledge")

    assert "1 person has made this promise" in visitor.get("/").text
