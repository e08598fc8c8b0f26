"""What facilitators are called: nobody else's name, and kept whoever comes and goes."""

from threading import Barrier, Thread

from sqlalchemy import Engine, delete, inspect, text, update
from sqlalchemy.orm import Session

import models
from services.people import rights
from services.safety import names
from services.site import schema
from services.site.config import Config
from tests import factories
from tests.factories import NOW


def facilitator(session: Session, first_name: str = "Ruth") -> models.Account:
    made = factories.account(session, "facilitator", "staff")
    factories.participant(session, factories.programme(session), made, first_name=first_name)
    return made


def test_a_facilitator_is_shown_by_a_first_name_if_there_is_one(session):
    nameless = factories.account(session, "facilitator")
    assert names.name_of(session, facilitator(session).id) == "Ruth"
    assert names.name_of(session, nameless.id) == "Facilitator"


def test_nobody_else_has_a_facilitators_name(session):
    made = [facilitator(session, name) for name in ("Ruth", "Ruth 2", "Ruth", "Ruth")]
    shown = [names.name_of(session, one.id) for one in made]
    assert shown == ["Ruth", "Ruth 2", "Ruth 3", "Ruth 4"]


def test_a_name_stays_when_a_namesake_comes_or_loses_the_role(session):
    first, second = facilitator(session), facilitator(session)
    assert names.name_of(session, second.id) == "Ruth"
    assert names.name_of(session, first.id) == "Ruth 2"

    session.execute(delete(models.AccountRole).where(models.AccountRole.account_id == second.id))

    assert names.name_of(session, facilitator(session).id) == "Ruth 3"
    assert names.name_of(session, first.id) == "Ruth 2"
    assert names.name_of(session, second.id) == "Ruth"


def test_a_name_changes_with_ones_own_first_name_and_comes_back_with_it(session):
    first, second = facilitator(session), facilitator(session)
    assert [names.name_of(session, one.id) for one in (first, second)] == ["Ruth", "Ruth 2"]

    call(session, second, "Noa")
    assert names.name_of(session, second.id) == "Noa"
    assert names.name_of(session, facilitator(session).id) == "Ruth 3"
    call(session, second, "Ruth")
    assert names.name_of(session, second.id) == "Ruth 2"


def test_who_is_erased_is_called_nothing_any_more(session: Session, config: Config):
    made = facilitator(session)
    names.name_of(session, made.id)

    rights.erase(session, made, NOW, config)

    assert session.query(models.FacilitatorName).all() == []


def test_names_given_at_once_are_two(session, main_engine: Engine):
    """Two come to the desk at the same moment, one of them with two windows."""
    accounts = [facilitator(session).id, facilitator(session).id]
    session.commit()
    barrier, shown = Barrier(3, timeout=60), []

    def come(account: int) -> None:
        with Session(main_engine) as own:
            barrier.wait()
            shown.append((account, names.name_of(own, account)))
            own.commit()

    coming = [Thread(target=come, args=(one,)) for one in (*accounts, accounts[0])]
    for one in coming:
        one.start()
    for one in coming:
        one.join()

    assert {name for _, name in shown} == {"Ruth", "Ruth 2"}
    assert len(set(shown)) == 2


def test_an_upgrade_keeps_what_facilitators_are_called(
    session: Session, main_engine: Engine, keys_engine: Engine
):
    people = [facilitator(session), factories.account(session, "admin"), facilitator(session)]
    people += [factories.account(session, "staff"), factories.account(session)]
    numbers = [one.id for one in people]
    session.commit()
    schema.downgrade(main_engine, "0013")
    assert not inspect(main_engine).has_table("facilitator_names")

    schema.upgrade(main_engine, keys_engine)

    with main_engine.connect() as connection:
        kept = connection.execute(text("SELECT account_id, shown FROM facilitator_names"))
        shown = {row.account_id: row.shown for row in kept}
    assert shown == dict(
        zip(numbers, ("Ruth", "Facilitator", "Ruth 2", "Facilitator 2"), strict=False)
    )


def call(session: Session, account: models.Account, first_name: str) -> None:
    mine = models.Participant.account_id == account.id
    session.execute(update(models.Participant).where(mine).values(first_name=first_name))
    session.flush()
