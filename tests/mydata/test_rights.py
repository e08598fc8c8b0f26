"""Everything held about a person is given to them, and goes when they say so."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select

import models
from services.conversations import rooms, surveys
from services.conversations.rooms import Act
from services.pairing import arrangements, invitations
from services.path import State, journey
from services.people import departures, enrolment, pledges, rights
from services.site import audit
from tests import factories
from tests.factories import NOW
from tests.rounds import people

GUIDE = Path(__file__).parents[2] / "guides" / "first-short.en.toml"


@pytest.fixture
def pair(session) -> models.Pair:
    programme = people.programme(session)
    return factories.pair(session, *people.crowd(session, programme, 2))


@pytest.fixture
def ada(session, pair) -> models.Account:
    return pair.first.account


def invite(session, pair) -> list[models.Invitation]:
    made = [
        models.Invitation(
            pair=pair,
            participant=person,
            sent_at=NOW,
            expires_at=NOW + timedelta(days=3),
        )
        for person in (pair.first, pair.second)
    ]
    session.add_all(made)
    session.flush()
    return made


def talk(session, pair, at=NOW, **given) -> models.Conversation:
    version = factories.guide_version(session, GUIDE.read_text(encoding="utf-8"))
    return factories.conversation(session, pair, version, at, **given)


def report(session, conversation, **given) -> models.Report:
    made = models.Report(
        token="t",
        conversation_id=conversation.id,
        reporter_id=conversation.pair.second_id,
        reason="other",
        at=NOW,
        due_at=NOW,
        last_seq=1,
        digest=b"d",
        evidence=b"e",
        **given,
    )
    session.add(made)
    session.flush()
    return made


def test_the_download_has_ones_own_rows_and_messages_and_nobody_elses(session, pair, ada, keys):
    ben = pair.second.account
    enrolment.consent(session, ada.id, ["matching"], NOW)
    enrolment.consent(session, ben.id, ["matching", "research"], NOW)
    held = talk(session, pair)
    live = rooms.load(session, keys, held, NOW)
    rooms.play(session, live, rooms.opening(session, held), NOW)
    for seat in "ab":
        rooms.play(session, live, Act("system", "returned", {"seat": seat}), NOW)
        rooms.play(session, live, Act(seat, "say", {"text": f"I am {seat}"}), NOW)
    held.state = "closed"
    surveys.say(session, held, pair.second_id, "only Ben's", NOW)
    session.flush()

    given = rights.download(session, ada, keys, NOW)

    text = json.dumps(given)
    assert given["held"]["accounts"][0]["email"] == ada.email
    assert [row["purpose"] for row in given["held"]["consents"]] == ["matching"]
    assert len(given["held"]["answers"]) == 20
    assert [message["data"] for message in given["messages"]] == [{"text": "I am a"}]
    assert ben.email not in text
    assert "only Ben's" not in text
    assert ada.fs_uniquifier not in text
    assert ada.key not in text


def test_messages_whose_key_is_gone_are_not_in_the_download(session, pair, ada, keys):
    talk(session, pair, state="closed", started_at=NOW, closed_at=NOW)

    assert rights.download(session, ada, keys, NOW)["messages"] == []


def test_erasing_forgets_who_somebody_is(session, pair, ada, keys, config):
    email, key = ada.email, ada.key
    session.add(models.Exclusion(low=key, high="f" * 64, reason="blocked", at=NOW))
    enrolment.consent(session, ada.id, ["matching", "conversation"], NOW)
    pledges.link(session, pledges.take(session, NOW).token, ada.id)
    held = talk(session, pair, state="closed", started_at=NOW, closed_at=NOW)
    surveys.say(session, held, pair.first_id, "from Ada", NOW)
    surveys.say(session, held, pair.second_id, "from Ben", NOW)
    ada.password, ada.last_login_ip = "hash", "192.0.2.1"

    rights.erase(session, ada, NOW, config)

    assert ada.email.endswith("@erased.invalid")
    assert (ada.password, ada.last_login_ip, ada.active, ada.roles) == (None, None, False, [])
    assert pair.first.first_name == ""
    assert pair.first.withdrawn_at == NOW
    given = rights.download(session, ada, keys, NOW)["held"]
    emptied = ("answers", "availability", "participant_languages", "consents", "pledges")
    assert [name for name in emptied if given[name]] == []
    words = session.scalars(select(models.SurveyAnswer.words)).all()
    assert words == ["from Ben"]
    assert session.get(models.Exclusion, (key, "f" * 64)) is not None
    assert session.scalar(select(func.count()).where(models.Mail.recipient == email)) == 0
    assert audit.last(session).action == "account.erase"
    assert pledges.count(session) == 1


def test_the_address_can_sign_up_again_after_erasing(session, ada, config):
    email, key = ada.email, ada.key
    rights.erase(session, ada, NOW, config)

    again = factories.account(session, email=email, key=key)

    assert again.id != ada.id


def test_every_column_that_tells_who_somebody_is_is_blank_after_erasing(session, config):
    account = factories.account(session)
    kept = {"id", "create_datetime", "update_datetime", "locale", "zone", "active"}
    random = {"email", "key", "fs_uniquifier"}
    before = {name: getattr(account, name) for name in random}

    rights.erase(session, account, NOW, config)

    for column in (attribute.key for attribute in inspect(models.Account).column_attrs):
        if column in random:
            assert getattr(account, column) != before[column]
        elif column not in kept:
            assert getattr(account, column) is None, column


def test_an_open_report_holds_its_evidence(session, pair, ada):
    held = talk(session, pair, state="closed")
    assert not rights.on_hold(session, ada)
    case = report(session, held)
    assert rights.on_hold(session, ada)

    case.closed_at = NOW
    session.flush()

    assert not rights.on_hold(session, ada)


def test_evidence_outlives_erasing(session, pair, ada, config):
    case = report(session, talk(session, pair, state="closed"))

    rights.erase(session, ada, NOW, config)

    assert session.get(models.Report, case.id).evidence == b"e"


def test_who_leaves_keeps_nobody_waiting(session, pair, config):
    mine, theirs = invite(session, pair)

    departures.leave(session, pair.first, NOW, config)

    assert (mine.state, theirs.state) == ("declined", "withdrawn")
    assert pair.first.waiting_since is None
    assert journey.of(session, pair.second.account, NOW, 10).state is State.WAITING


def test_an_invitation_that_is_over_is_left_as_it_is(session, pair, config):
    mine, _ = invite(session, pair)
    mine.expires_at = NOW
    session.flush()

    departures.leave(session, pair.first, NOW, config)

    assert mine.state == "open"


def test_leaving_keeps_what_is_arranged_and_erasing_cancels_it(session, pair, ada, config):
    mine, theirs = invite(session, pair)
    hour = invitations.common_hours(session, pair, NOW, config)[0]
    invitations.accept(session, mine, [hour], NOW, config)
    made = invitations.accept(session, theirs, [hour], NOW, config)
    departures.leave(session, pair.first, NOW, config)
    assert made.state == "scheduled"

    rights.erase(session, ada, NOW, config)

    assert made.state == "cancelled"
    assert arrangements.of_pair(session, pair) is made


@pytest.mark.parametrize(("purpose", "left"), [("research", False), ("matching", True)])
def test_only_a_required_consent_is_taken_back_by_leaving(session, pair, config, purpose, left):
    account = pair.first.account
    enrolment.consent(session, account.id, [purpose], NOW)

    departures.withdraw_consent(session, account.id, purpose, NOW, config)

    assert (pair.first.withdrawn_at is not None) is left
    assert enrolment.consents(session, account.id) == {}
