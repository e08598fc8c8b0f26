"""Who gets in where: every address, for everybody, from one table. No address without a row."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.visitors import Visitor
from tests.web.rights import EVERYBODY, FLASK_SECURITY, NAMED_OTHERWISE, ROWS, SHUT
from tests.web.world import World, build
from web import access


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint in ROWS]


def problems(app: Flask, world: World, who: str) -> list[str]:
    """Name every address where *who* gets in against the table, or is kept out against it."""
    visitor = world.visitor(app, who)
    found = []
    for rule in rules(app):
        path = _address(app, rule, world)
        invited = who in ROWS[rule.endpoint]
        for method in sorted(rule.methods & {"GET", "POST"}):
            if invited and method == "POST":
                continue  # what it does is tested where it is done
            if _gets_in(visitor, method, path) != invited:
                found.append(f"{who}: {method} {path}")
    return found


def _address(app: Flask, rule: Rule, world: World) -> str:
    arguments = world.arguments(rule.endpoint, rule.arguments)
    return app.url_map.bind("localhost").build(rule.endpoint, arguments)


def _gets_in(visitor: Visitor, method: str, path: str) -> bool:
    answer = visitor.get(path) if method == "GET" else visitor.post(path)
    assert answer.status_code in (200, 302, 404), (method, path, answer.status)
    return answer.status_code != 404 and not answer.headers.get("Location", "").startswith(
        "/sign-in"
    )


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_everybody_gets_in_where_the_table_says_and_nowhere_else(app: Flask, world: World, who):
    assert problems(app, world, who) == []


def test_every_address_has_a_row(app: Flask):
    known = ROWS.keys() | NAMED_OTHERWISE | {f"security.{name}" for name in FLASK_SECURITY}

    assert {rule.endpoint for rule in app.url_map.iter_rules()} == known


def test_every_view_says_who_may_open_it(app: Flask):
    silent = [
        rule.endpoint for rule in app.url_map.iter_rules() if access.of(app, rule.endpoint) is None
    ]

    assert silent == []


def test_a_view_that_forgets_whose_page_it_is_is_found(app: Flask, world: World):
    app.view_functions["surveys.card"] = access.signed_in(lambda token: "anybody's card")

    assert [one for one in problems(app, world, "stranger") if "/card" in one]


def test_a_view_that_says_nothing_is_shut_and_found(app: Flask, world: World):
    app.view_functions["mydata.show"] = lambda: "said nothing"

    assert problems(app, world, "owner") == ["owner: GET /me"]


def test_a_view_opened_too_far_is_found(app: Flask, world: World):
    app.view_functions["staff.show_audit"] = access.signed_in(lambda: "everything")

    assert problems(app, world, "owner") == ["owner: GET /staff/audit"]


@pytest.mark.parametrize("name", sorted(SHUT))
def test_what_flask_security_brings_and_nothing_uses_is_shut(app: Flask, world: World, name):
    rule = next(one for one in app.url_map.iter_rules() if one.endpoint == f"security.{name}")
    path = rule.rule.replace("<token>", "x")
    for who in ("nobody", "owner"):
        visitor = world.visitor(app, who)
        answer = visitor.get(path) if "GET" in rule.methods else visitor.post(path)
        assert answer.status_code == 404


def test_forbidden_and_absent_answer_the_same(app: Flask, world: World):
    stranger = world.visitor(app, "stranger")

    forbidden = stranger.get(f"/conversations/{world.coming}")
    absent = stranger.get("/conversations/no-such-conversation")

    assert (forbidden.status_code, _bare(forbidden.text)) == (
        absent.status_code,
        _bare(absent.text),
    )


def _bare(page: str) -> str:
    """Return a page without the tokens of its forms, which tell the second they were made in."""
    return re.sub(r'name="csrf_token"[^>]*', "", page)


def test_every_form_needs_its_token(app: Flask, world: World):
    owner = world.visitor(app, "owner")
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "mailings.stopped":
            continue  # a mail program posts to it, and has no token but the address itself
        if "POST" not in rule.methods or rule.endpoint.removeprefix("security.") in SHUT:
            continue
        path = (
            _address(app, rule, world)
            if rule.endpoint in ROWS
            else rule.rule.replace("<token>", "x")
        )
        answer = owner.client.post(path, data={})
        assert (rule.endpoint, answer.status_code) == (rule.endpoint, 400)
