"""Every page says who may open it, and nobody else gets in."""

from flask import Flask

from web import access


def test_every_view_says_who_may_open_it(app: Flask):
    silent = [
        rule.endpoint for rule in app.url_map.iter_rules() if access.of(app, rule.endpoint) is None
    ]

    assert silent == []


def test_an_absent_page_answers_in_our_own_words(app: Flask):
    answer = app.test_client().get("/no-such-page")

    assert answer.status_code == 404
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
