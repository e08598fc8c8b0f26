"""Hashing a password holds up neither the event loop nor other writers."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.visitors import Visitor
from web.accounts.passwords import ARGON2, Hashing

ROOT = Path(__file__).parents[2]
LOOP = """
from gevent import monkey; monkey.patch_all()
import gevent, time
from web.accounts.passwords import Hashing

class Slow:
    def hash(self, secret):
        import _thread
        end = time.perf_counter() + 0.3
        while time.perf_counter() < end:  # as argon2: it lets other threads run
            native_sleep(0.01)
        return "hashed " + secret

from gevent import monkey
native_sleep = monkey.get_original("time", "sleep")
ticks = []

def tick():
    while True:
        ticks.append(1)
        gevent.sleep(0.005)

gevent.spawn(tick)
gevent.sleep(0)
ticks.clear()
assert Hashing(Slow()).hash("x") == "hashed x"
assert len(ticks) > 5, len(ticks)
"""


def test_the_event_loop_goes_on_while_a_password_is_hashed():
    subprocess.run([sys.executable, "-c", LOOP], check=True, cwd=ROOT)


def test_without_gevent_it_hashes_where_it_stands():
    class Context:
        def hash(self, secret):
            return f"hashed {secret}"

        def verify(self, secret, hashed):
            return hashed == self.hash(secret)

    hashing = Hashing(Context())

    assert hashing.verify("x", hashing.hash("x"))


@pytest.mark.parametrize("known", [False, True])
def test_no_write_lock_is_held_while_a_password_is_hashed(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, known: bool
):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the database")
    given = {
        "email": "ada@example.org",
        "password": "violet kettle under snow",
        "adult": "y",
        "consent_matching": "y",
        "consent_conversation": "y",
    }
    if known:
        Visitor(app).post("/sign-up", **given)
    file = session.get_bind().url.database
    looked = []
    hash_before = Hashing.hash

    def look(self: Hashing, secret: str) -> str:
        with sqlite3.connect(file, timeout=0) as other:
            other.execute("BEGIN IMMEDIATE")
            other.rollback()
        other.close()
        looked.append(secret)
        return hash_before(self, secret)

    monkeypatch.setattr(Hashing, "hash", look)

    Visitor(app).post("/sign-up", **given)

    assert looked


def test_the_cost_is_at_least_what_owasp_asks_for():
    assert ARGON2["argon2__memory_cost"] >= 47_104
    assert ARGON2["argon2__time_cost"] >= 1


def test_what_is_stored_has_that_cost(app: Flask):
    with app.app_context():
        from flask_security import hash_password

        assert "$argon2id$v=19$m=65536,t=3,p=1$" in hash_password("violet kettle")
