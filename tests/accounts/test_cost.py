"""What a request costs whoever is signed in does not grow with how many others there are."""

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import factories
from tests.visitors import Visitor
from web.extensions import db


def test_no_table_of_accounts_is_read_through_for_one_page(app: Flask, session: Session):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL's plans depend on what it knows of the tables")
    account = factories.account(session, "participant")
    session.commit()
    asked: list[tuple[str, object]] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *of: asked.append((of[2], of[3])))

    assert Visitor(app, account).is_signed_in()

    mine = [(said, given) for said, given in asked if "FROM accounts" in said]
    assert mine
    with app.app_context(), db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        plans = [driver.execute(f"EXPLAIN QUERY PLAN {said}", given) for said, given in mine]
        steps = [row[3] for plan in plans for row in plan.fetchall()]
    assert not [step for step in steps if step.startswith("SCAN account")]
