"""What every answer carries, and what is refused before any page is asked."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services.site.config import Config
from tests.visitors import Visitor
from tests.web.test_access import _address, rules
from tests.web.world import World, build
from web.app import create_app
from web.context import Context
from web.extensions import db

SITE = "https://earshot.example"
UNSAFE = ("unsafe-inline", "unsafe-eval", "*", "data:", "http:")


@pytest.fixture
def secure(config: Config, secret, keys, clock) -> Iterator[Flask]:
    """The application as it runs outside loopback."""
    outside = replace(config, site=replace(config.site, url=SITE))
    made = create_app(Context(outside, secret, keys, clock), TESTING=True, RATELIMIT_ENABLED=False)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def check(answer) -> None:
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert not any(word in policy for word in UNSAFE)
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert int(headers["Strict-Transport-Security"].split(";")[0].removeprefix("max-age=")) > 1e7
    for cookie in headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
        assert "SameSite=Lax" in cookie
        assert "Domain" not in cookie


@pytest.mark.parametrize("who", ["nobody", "owner", "staff"])
def test_every_page_carries_every_header(secure: Flask, world: World, who: str):
    visitor = world.visitor(secure, who, SITE)
    for rule in rules(secure):
        if "GET" in rule.methods:
            check(visitor.get(_address(secure, rule, world)))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/no-such-page", 404),
        ("POST", "/", 405),
        ("POST", "/pledge", 400),
        ("GET", "/static/mark.svg", 200),
        ("GET", "/sign-in", 200),
        ("GET", "/sign-up", 200),
    ],
)
def test_pages_of_errors_carry_them_too(secure: Flask, method: str, path: str, status: int):
    answer = secure.test_client().open(path, method=method, base_url=SITE)

    assert answer.status_code == status
    check(answer)
    answer.close()


def test_a_request_for_another_host_is_refused(secure: Flask):
    answer = secure.test_client().get("/", base_url="https://evil.example")

    assert answer.status_code == 400
    check(answer)


def test_links_in_mail_cannot_be_made_to_point_elsewhere(secure: Flask):
    answer = secure.test_client().get("/", base_url=SITE, headers={"X-Forwarded-Host": "evil.test"})

    assert answer.status_code == 200
    assert "evil.test" not in answer.text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "javascript:0",
    ],
)
def test_signing_in_leads_to_no_other_site(app: Flask, world: World, elsewhere: str):
    visitor = Visitor(app)
    answer = visitor.post(
        "/sign-in", identity=world.accounts["owner"].email, passcode="wrong", next=elsewhere
    )
    assert "evil" not in answer.headers.get("Location", "")

    signed_in = world.visitor(app, "owner").get(f"/sign-in?next={elsewhere}")

    assert "evil" not in signed_in.headers.get("Location", "")


def test_pages_of_somebody_are_not_kept_by_the_browser(app: Flask, world: World):
    assert world.visitor(app, "owner").get("/me").headers["Cache-Control"] == "no-store"
