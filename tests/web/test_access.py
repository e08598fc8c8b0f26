"""Who gets in where: every address, for everybody, from one table. No address without a row."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.visitors import Visitor
from tests.web.world import World, build
from web import access

DESK = {"facilitator", "staff", "admin"}
STAFF = {"staff", "admin"}
SIGNED_IN = {"owner", "stranger", *DESK}
OWNER = {"owner"}
EVERYBODY = {"nobody", *SIGNED_IN}

ROWS: dict[str, set[str]] = {
    "accounts.sent": EVERYBODY,
    "anew.ask": OWNER,
    "anew.show": OWNER,
    "desk.show": DESK,
    "enrolment.join": SIGNED_IN,
    "enrolment.question": SIGNED_IN,
    "enrolment.start": SIGNED_IN,
    "figures.archive": EVERYBODY,
    "figures.everywhere": EVERYBODY,
    "figures.file": EVERYBODY,
    "figures.of": EVERYBODY,
    "halves.show": {"owner", "stranger"},
    "home.leave": SIGNED_IN,
    "home.left": SIGNED_IN,
    "home.pause": SIGNED_IN,
    "home.resume": SIGNED_IN,
    "home.show": SIGNED_IN,
    "home.times": SIGNED_IN,
    "invitations.accept": OWNER,
    "invitations.another": OWNER,
    "invitations.cancel": OWNER,
    "invitations.cancelled": OWNER,
    "invitations.decline": OWNER,
    "invitations.show": OWNER,
    "journey.answer": OWNER,
    "journey.commitment": OWNER,
    "journey.make": OWNER,
    "journey.offer": OWNER,
    "journey.picture": OWNER,
    "journey.show": SIGNED_IN,
    "lobby.enter": SIGNED_IN,
    "lobby.leave": SIGNED_IN,
    "lobby.show": SIGNED_IN,
    "mailings.again": STAFF,
    "mailings.change": SIGNED_IN,
    "mailings.lost": STAFF,
    "mailings.news": EVERYBODY,
    "mydata.consent": SIGNED_IN,
    "mydata.download": SIGNED_IN,
    "mydata.end_sign_in": OWNER,
    "mydata.erase": SIGNED_IN,
    "mydata.read": SIGNED_IN,
    "mydata.show": SIGNED_IN,
    "mydata.unblock": OWNER,
    "mydata.sign_out_everywhere": SIGNED_IN,
    "editor.check": STAFF,
    "editor.close": STAFF,
    "editor.create": STAFF,
    "editor.new": STAFF,
    "editor.save": STAFF,
    "editor.show": STAFF,
    "effect.begin": STAFF,
    "effect.show": STAFF,
    "effect.take_back": STAFF,
    "manuscripts.check": STAFF,
    "manuscripts.listed": STAFF,
    "manuscripts.save": STAFF,
    "manuscripts.show": STAFF,
    "extracts.make": STAFF,
    "extracts.show": STAFF,
    "hours.begin": STAFF,
    "hours.end": STAFF,
    "hours.show": STAFF,
    "looks.logo": STAFF,
    "looks.page": STAFF,
    "outlook.forecast": STAFF,
    "outlook.questions": STAFF,
    "people.decide": STAFF,
    "people.invite": STAFF,
    "people.look": STAFF,
    "people.show": STAFF,
    "people.upload": STAFF,
    "programmes.look": EVERYBODY,
    "programmes.show": EVERYBODY,
    "public.landing": EVERYBODY,
    "public.pledge": EVERYBODY,
    "releases.download": STAFF,
    "releases.file": STAFF,
    "releases.index": STAFF,
    "releases.publish": STAFF,
    "releases.show": STAFF,
    "queue.call_back": DESK,
    "queue.decide": DESK,
    "queue.fair": STAFF,
    "queue.look": DESK,
    "queue.reports": DESK,
    "queue.roster": DESK,
    "queue.show": DESK,
    "queue.unshift": DESK,
    "rooms.after": OWNER,
    "rooms.door": OWNER,
    "rooms.leave": OWNER,
    "rooms.missing": OWNER,
    "rooms.room": OWNER,
    "rounds.discard": STAFF,
    "rounds.listed": STAFF,
    "rounds.make": STAFF,
    "rounds.pair": STAFF,
    "rounds.publish": STAFF,
    "rounds.show": STAFF,
    "rounds.undo": STAFF,
    "safety.block": OWNER,
    "safety.case": OWNER,
    "safety.help": OWNER,
    "safety.no_hints": OWNER,
    "safety.onward": OWNER,
    "safety.report": OWNER,
    "staff.programmes": STAFF,
    "staff.show_audit": STAFF,
    "staff.show_funnel": STAFF,
    "staff.show_standing": STAFF,
    "rooms.stand_in": OWNER,
    "standby.offer": SIGNED_IN,
    "standby.show": SIGNED_IN,
    "system.show": STAFF,
    "later.settle": OWNER,
    "later.show": OWNER,
    "surveys.after": OWNER,
    "surveys.card": OWNER,
    "surveys.part": OWNER,
    "surveys.skip": OWNER,
}
# A signed address names these, and a file on disk; see tests/mailings and tests/public.
NAMED_OTHERWISE = {
    "mailings.confirm",
    "mailings.stop",
    "mailings.stopped",
    "looks.sheet",
    "programmes.ask",
    "programmes.logo",
    "system.metrics",
    "programmes.refuse",
    "public.card",
    "public.image",
    "public.keep",
    "public.kept",
    "public.picture",
    "static",
}
FLASK_SECURITY = {
    "change_password",
    "confirm_email",
    "forgot_password",
    "login",
    "logout",
    "mf_recovery",
    "mf_recovery_codes",
    "register",
    "reset_password",
    "send_confirmation",
    "tf_select",
    "two_factor_rescue",
    "two_factor_setup",
    "two_factor_setup_validate",
    "two_factor_token_validation",
    "us_setup",
    "us_setup_validate",
    "us_signin",
    "us_signin_send_code",
    "us_verify",
    "us_verify_link",
    "us_verify_send_code",
    "verify",
    "wan_delete",
    "wan_register",
    "wan_register_response",
    "wan_signin",
    "wan_signin_response",
    "wan_verify",
    "wan_verify_response",
}
SHUT = {
    "us_setup",
    "us_setup_validate",
    "us_signin",
    "verify",
    "wan_verify",
    "wan_verify_response",
}


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

    assert (forbidden.status_code, forbidden.text) == (absent.status_code, absent.text)


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
