from pathlib import Path

from conversation.diagram import mermaid
from conversation.room import TABLE

PAGE = Path(__file__).parents[2] / "docs" / "room.md"


def test_the_documentation_shows_the_diagram_of_the_table() -> None:
    assert f"```mermaid\n{mermaid()}\n```" in PAGE.read_text(encoding="utf-8")


def test_a_table_without_a_row_draws_another_diagram() -> None:
    assert mermaid(TABLE[1:]) != mermaid()
    assert "paused --> talking: pair resume; facilitator resume" in mermaid()
