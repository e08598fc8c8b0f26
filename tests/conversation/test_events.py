import pytest

import models.safety
from conversation import events
from conversation.fields import Refused

GOOD = {
    "a": {
        "say": {"text": "x" * 2000},
        "tell": {"text": "I was nine."},
        "say_back": {"text": "You were nine."},
        "confirm": {"of": 3},
        "not_quite": {"of": 3},
        "pass": {},
        "tick": {"values": [0, 3]},
        "write": {"text": "x" * 400},
        "sign": {"of": 3},
        "reflect": {"line": "", "again": False},
        "ready": {},
        "unready": {},
        "pause": {},
        "resume": {},
        "extend": {"minutes": 5},
        "help": {"show": True},
        "allow": {"show": False},
        "leave": {},
        "report": {"reason": "threat", "attach": [], "text": "This one"},
    },
    "facilitator": {
        "nudge": {"by": "Ruth", "text": "Take your time."},
        "note": {"by": "Ruth", "text": "Ask once more.", "to": "b"},
        "join": {"by": "Ruth"},
        "extend": {"by": "Ruth", "minutes": 30},
        "move": {"by": "Ruth"},
        "pause": {"by": "Ruth"},
        "resume": {"by": "Ruth"},
        "end": {"by": "Ruth"},
        "claim": {"by": "Ruth"},
        "release": {"by": "Ruth"},
        "call": {"by": "Ruth"},
        "look": {"by": "Ruth"},
    },
    "system": {
        "opened": {"pause_word": "lantern", "difference": [{"text": "Homes", "a": 1, "b": 5}]},
        "returned": {"seat": "a"},
        "dropped": {"seat": "b"},
        "timeout": {},
        "duty": {"by": "Ruth"},
        "end": {},
    },
}
CASES = [(actor, type, data) for actor, acts in GOOD.items() for type, data in acts.items()]


def refusal(type: object, data: object, actor: str = "a") -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        events.check(type, data, actor)  # type: ignore[arg-type]
    return caught.value.code, str(caught.value)


def test_every_schema_has_an_example() -> None:
    assert {actor: set(acts) for actor, acts in GOOD.items()} == {
        actor: set(acts) for actor, acts in events.SCHEMAS.items() if actor != "b"
    }
    assert events.SCHEMAS["a"] is events.SCHEMAS["b"]


@pytest.mark.parametrize(("actor", "type", "data"), CASES)
def test_a_right_act_passes_and_one_more_or_one_fewer_key_is_named(
    actor: str, type: str, data: dict[str, object]
) -> None:
    events.check(type, data, actor)
    code, message = refusal(type, data | {"seq": 1}, actor)
    assert (code, "'seq'" in message) == ("unknown_key", True)
    for key, field in events.SCHEMAS[actor][type].items():
        if not field.optional:
            rest = {name: value for name, value in data.items() if name != key}
            assert refusal(type, rest, actor) == ("missing_key", f"{key} is missing.")


@pytest.mark.parametrize(
    ("type", "data", "code"),
    [
        ("say", {"text": "x" * 2001}, "too_long"),
        ("say", {"text": "  \n"}, "empty"),
        ("say", {"text": 3}, "wrong_type"),
        ("say", {"text": None}, "wrong_type"),
        ("say", ["text"], "wrong_type"),
        ("say", None, "wrong_type"),
        ("confirm", {"of": "3"}, "wrong_type"),
        ("confirm", {"of": True}, "wrong_type"),
        ("confirm", {"of": 0}, "unknown_value"),
        ("tick", {"values": 3}, "wrong_type"),
        ("tick", {"values": ["family"]}, "wrong_type"),
        ("tick", {"values": [50]}, "unknown_value"),
        ("tick", {"values": [1, 1]}, "unknown_value"),
        ("tick", {"values": list(range(51))}, "too_long"),
        ("reflect", {"line": "x" * 281, "again": True}, "too_long"),
        ("reflect", {"line": "", "again": 1}, "wrong_type"),
        ("extend", {"minutes": 31}, "unknown_value"),
        ("report", {"reason": "rude", "attach": []}, "unknown_value"),
        ("report", {"reason": 1, "attach": []}, "wrong_type"),
        ("shout", {}, "unknown_type"),
        ("nudge", {"by": "Me", "text": "x"}, "unknown_type"),
        (["say"], {}, "unknown_type"),
    ],
)
def test_a_wrong_act_is_refused_with_the_rule(type: object, data: object, code: str) -> None:
    found, message = refusal(type, data)
    assert found == code
    assert message.endswith(".")


def test_too_long_says_both_lengths() -> None:
    assert (
        refusal("say", {"text": "x" * 2001})[1] == "text may have 2,000 characters; it has 2,001."
    )


def test_the_difference_card_is_checked_within() -> None:
    for card in ({}, [3], [{"text": "Homes", "a": 1}], [{"text": "Homes", "a": 1, "b": 6}]):
        refusal("opened", {"pause_word": "lantern", "difference": card}, "system")


def test_reasons_to_report_are_those_the_queue_knows() -> None:
    assert events.REASONS == models.safety.REPORT_REASONS
