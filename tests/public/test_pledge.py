"""The pledge: counted without a name; its card lives in its address."""

from flask import Flask
from sqlalchemy.orm import Session

from services.people import pledges
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
    assert f'og:image" content="http://localhost{to}.png"' in page
    assert 'og:image:width" content="1200"' in page
    assert 'og:image:alt" content="Card: I will listen first. Ada"' in page


def test_the_card_is_a_png_of_the_size_it_says_with_words_on_it(app: Flask):
    """Without a font no glyph is drawn: then a card with a name equals one without."""
    visitor = Visitor(app)
    cards = [
        visitor.get(
            visitor.post("/pledge", first_name=name).headers["Location"].split("?")[0] + ".png"
        )
        for name in ("Ada", "")
    ]

    for answer in cards:
        assert answer.mimetype == "image/png"
        assert answer.data[:8] == b"\x89PNG\r\n\x1a\n"
        assert [int.from_bytes(answer.data[at : at + 4]) for at in (16, 20)] == [1200, 630]
    assert cards[0].data != cards[1].data


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
