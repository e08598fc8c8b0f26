"""docs/protocol.md and its JSON Schema say what the code does, and the code nothing else."""

import ast
import json
from collections.abc import Iterator

import pytest

from conversation import told
from conversation.events import PARTICIPANT
from conversation.protocol import page, schema, table, words
from tests.conftest import ROOT
from tests.conversation.shapes import faults

PAGE = ROOT / "docs" / "protocol.md"
AT = "2026-11-25T18:00:00+00:00"
EVENT = {"seq": 4, "at": AT, "type": "say", "actor": "a", "data": {"text": "Yes."}, "effects": []}
CODE = ("conversation", "services", "web")


def test_the_documented_acts_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text


def test_the_documented_schema_is_that_of_the_code() -> None:
    assert json.loads((ROOT / "docs" / "protocol.schema.json").read_text()) == schema()


def test_an_act_is_described_with_its_keys_and_statuses() -> None:
    rows = table("pair", PARTICIPANT).splitlines()
    assert "| `pause` | none | talking |" in rows
    assert (
        "| `not_quite` | `of`: whole number, 1 to 2147483647; "
        "`text` (may be absent): text, 1 to 2000 characters | talking |"
    ) in rows


def test_another_schema_makes_another_page() -> None:
    assert page("<!-- pair -->old<!-- /pair -->").startswith("<!-- pair -->\n| type |")


def test_a_shape_is_told_in_words() -> None:
    assert words(told.maybe(told.TIME)) == "time or null"
    assert words(told.keys(on=told.FLAG)) == "{`on`: true or false}"
    assert words({"const": "say"}) == "`say`"


def test_every_reference_of_the_schema_is_there() -> None:
    made = schema()
    names = {text.split('"')[0] for text in json.dumps(made).split('"#/$defs/')[1:]}
    assert names <= made["$defs"].keys()
    assert {f"event.{kind}" for kind in told.EVENTS} <= names


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"seq": "4"}, "'4' is no integer"),
        ({"seq": -1}, "-1"),
        ({"actor": "c"}, "'c'"),
        ({"type": "shout"}, "'shout'"),
        ({"data": {}}, "text is missing"),
        ({"data": {"text": "Yes.", "loud": True}}, "loud is unknown"),
        ({"effects": [{"type": "moved", "data": {}}]}, ".effects[0]"),
        ({"room": {"ready": ["c"]}}, "'c'"),
        ({"at": "2026-11-25T18:00:00"}, "has no zone"),
    ],
)
def test_a_message_of_another_shape_is_noticed(change: dict[str, object], says: str) -> None:
    shape = told.event("say", told.EVENTS["say"])
    assert list(faults(EVENT, shape)) == []
    assert any(says in fault for fault in faults(EVENT | change, shape))


def _codes() -> Iterator[str]:
    for package in CODE:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
                    yield node.args[0].value  # type: ignore[attr-defined]


def test_every_refusal_has_a_documented_code() -> None:
    assert set(_codes()) == set(told.ERRORS)
