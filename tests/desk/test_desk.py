"""The desk's summaries, and what is written down of a facilitator's acts."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

import models
from conversation.fields import Refused
from services.conversations import rooms
from services.conversations.rooms import Act
from services.safety import desk
from tests.factories import NOW
from tests.rooms.people import make_pair
from tests.rooms.test_rooms import begun


@pytest.fixture
def live(session, keys):
    return begun(session, keys, make_pair(session))


def test_a_summary_tells_counts_and_no_words(session, live):
    rooms.play(session, live, Act("a", "say", {"text": "canary in here"}), NOW)
    found = json.dumps(desk.summary(live, NOW, str))
    assert "canary" not in found
    assert "lantern" not in found
    summary = json.loads(found)
    assert summary["id"] == live.token
    assert summary["words"] == {"a": 3, "b": 0}
    assert summary["pace"] == [0] * 9 + [1]
    assert (summary["status"], summary["level"], summary["reasons"]) == ("talking", "calm", [])
    assert summary["last_at"] == NOW.isoformat()


def test_a_summary_before_anything_happened(session, keys):
    live = rooms.load(session, keys, rooms.find(session, make_pair(session).token), NOW)
    summary = desk.summary(live, NOW, str)
    assert (summary["since"], summary["last_at"], summary["paused"]) == (None, None, None)


def test_reasons_name_people_in_the_language_of_the_desk(session, live):
    rooms.play(session, live, Act("a", "help", {"show": False}), NOW)
    rooms.play(session, live, Act("b", "pause", {}), NOW)
    later = NOW + timedelta(minutes=3)
    summary = desk.summary(live, later, lambda text: text.replace("asked for help", "pidió ayuda"))
    assert summary["reasons"][0] == {
        "name": "help",
        "level": "now",
        "value": 3.0,
        "text": f"{live.names['a']} pidió ayuda 3 min ago",
        "source": "asked",
    }
    assert summary["reasons"][1]["text"] == "Paused for 3 min, 1 in all"
    assert summary["paused"] == {"by": "b", "at": NOW.isoformat()}
    assert summary["level"] == "now"


def test_a_facilitators_act_carries_their_own_name(session, live):
    act = desk.act("nudge", {"text": "Take your time.", "by": "Somebody else"}, "Ruth", None)
    entry = rooms.play(session, live, act, NOW)
    assert entry.event.data == {"text": "Take your time.", "by": "Ruth"}
    assert desk.summary(live, NOW, str)["tried"] == [
        {
            **{"type": "nudge", "by": "Ruth", "at": NOW.isoformat(), "words_since": 0},
            **{"sign": None, "gone_after": None, "stands": False},
        }
    ]
    rooms.play(session, live, Act("a", "say", {"text": "I take it then"}), NOW)
    assert desk.summary(live, NOW, str)["tried"][0]["words_since"] == 4
    with pytest.raises(Refused):
        desk.act("nudge", ["text"], "Ruth", None)


def test_an_act_is_audited_in_its_own_commit_without_words(session, live):
    act = desk.act("nudge", {"text": "canary"}, "Ruth", None)
    rooms.play(session, live, act, NOW, desk.audited(live, "nudge", 7, NOW))
    entry = session.scalars(select(models.AuditEntry)).one()
    assert (entry.actor, entry.action) == ("account:7", "room.nudge")
    assert entry.subject == f"conversation:{live.conversation_id}"
    assert entry.data == {}


def test_open_conversations_are_listed_from_the_oldest(session):
    late = make_pair(session, state="open", opened_at=NOW)
    early = make_pair(session, state="open", opened_at=NOW - timedelta(hours=1))
    make_pair(session, state="closed")
    assert desk.open_tokens(session) == [early.token, late.token]
