from pathlib import Path

from conversation.events import PARTICIPANT
from conversation.protocol import page, table

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"


def test_the_documented_acts_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text


def test_an_act_is_described_with_its_keys_and_statuses() -> None:
    rows = table("pair", PARTICIPANT).splitlines()
    assert "| `pause` | none | talking |" in rows
    assert (
        "| `not_quite` | `of`: whole number, 1 to 2147483647; "
        "`text` (may be absent): text, 1 to 2000 characters | talking |"
    ) in rows


def test_another_schema_makes_another_page() -> None:
    assert page("<!-- pair -->old<!-- /pair -->").startswith("<!-- pair -->\n| type |")
