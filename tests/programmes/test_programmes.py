"""Opening and finding programmes, and what a wrong plan gets."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models
from services.staff import programmes
from services.staff.guides import NoSuchGuide
from services.staff.questionnaires import NoSuchQuestionnaire
from tests import factories
from tests.factories import NOW

PLAN = programmes.Plan("town", "The town talks", "first", "first", ["en"], "Europe/Berlin")


def test_an_opened_programme_is_found_and_audited(session: Session):
    made = programmes.open_new(session, PLAN, NOW, "account:1")

    assert programmes.find(session, "town") is made
    line = session.scalars(select(models.AuditEntry)).one()
    assert (line.action, line.subject) == ("programme.open", f"programme:{made.id}")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"slug": "The Town"}, programmes.BadPlan, "slug"),
        ({"zone": "Berlin"}, programmes.BadPlan, "zone"),
        ({"guide": "no-such"}, NoSuchGuide, "no-such"),
        ({"questionnaire": "no-such"}, NoSuchQuestionnaire, "no-such"),
    ],
)
def test_a_wrong_plan_is_refused_and_named(session: Session, change, error, words):
    with pytest.raises(error, match=words):
        programmes.open_new(session, replace(PLAN, **change), NOW, "account:1")


def test_a_slug_is_given_once(session: Session):
    factories.programme(session, slug="town")

    with pytest.raises(programmes.Taken, match="town"):
        programmes.open_new(session, PLAN, NOW, "account:1")


def test_an_unknown_programme_is_named_with_those_there_are(session: Session):
    with pytest.raises(programmes.NoSuchProgramme, match="There is none yet"):
        programmes.find(session, "village")
    factories.programme(session, slug="town")

    with pytest.raises(programmes.NoSuchProgramme, match="There are: town"):
        programmes.find(session, "village")
