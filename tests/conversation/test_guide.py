import re
from pathlib import Path

import pytest

from conversation import guide
from conversation.guide import GuideError
from tests.conversation.logs import GUIDES, made_guide

GOOD = """
slug = "small"
language = "en"
title = "Small"
minutes = 5

[[steps]]
name = "values"
title = "Values"
purpose = "What did you see?"
minutes = 5
activity = "tick"
prompts = ["Family", "Freedom"]
"""


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_every_shipped_guide_loads_and_is_named_as_its_file(path: Path) -> None:
    made = guide.load(path)
    assert path.name == f"{made.slug}.{made.language}.toml"
    assert made.steps[0].name == "arrive"
    assert made.steps[-1].activity == "reflect"
    assert abs(sum(step.minutes for step in made.steps) - made.minutes) <= 3


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_shipped_guides_use_no_exclamation_marks_and_no_labels(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"!|\b(liberal|conservative|left-wing|right-wing|party)\b", text, re.I)


def test_the_first_conversation_has_its_six_steps_and_their_minutes() -> None:
    path = next(path for path in GUIDES if path.name == "first.en.toml")
    steps = [(step.name, step.minutes, step.activity) for step in guide.load(path).steps]
    assert steps == [
        ("arrive", 3, "together"),
        ("listen", 12, "say_back"),
        ("humanize", 12, "alternate"),
        ("empathize", 16, "reveal"),
        ("values", 6, "tick"),
        ("close", 3, "reflect"),
    ]


def test_the_hash_follows_the_content_and_not_the_layout() -> None:
    first = guide.parse(GOOD, "small.toml")
    assert guide.parse("# a comment\n" + GOOD, "other.toml") == first
    assert guide.parse(GOOD.encode(), "bytes.toml") == first
    assert guide.parse(GOOD.replace("Family", "Home"), "small.toml").digest != first.digest
    assert re.fullmatch("[0-9a-f]{64}", first.digest)


def test_a_guide_turns_into_json_with_lists() -> None:
    data = guide.to_json(made_guide("together"))
    assert data["steps"][0]["prompts"] == ["Prompt 0", "Prompt 1", "Prompt 2"]
    assert data["slug"] == "s"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title = "Small"\n', "", "small.toml: title: missing"),
        ('title = "Small"', 'titel = "Small"', "small.toml: titel: unknown key"),
        ('title = "Values"', 'heading = "x"', r"small.toml: steps\[0\].heading: unknown key"),
        ('title = "Values"\n', "", r"small.toml: steps\[0\].title: missing"),
        ('title = "Small"', 'title = " "', "title: must be a text that is not empty"),
        ('title = "Small"', "title = 3", "title: must be a text"),
        ('name = "values"', 'name = "argue"', r"steps\[0\].name: 'argue' is not one of arrive"),
        ('activity = "tick"', 'activity = "vote"', r"steps\[0\].activity: 'vote' is not one of"),
        ("minutes = 5\n\n", "minutes = 0\n\n", "small.toml: minutes: must be a whole number"),
        ("minutes = 5\n\n", "minutes = true\n\n", "small.toml: minutes: must be a whole number"),
        ("minutes = 5\n\n", "minutes = 181\n\n", "small.toml: minutes: must be a whole number"),
        ('["Family", "Freedom"]', '"Family"', r"steps\[0\].prompts: must be a list"),
        ('["Family", "Freedom"]', "[]", r"steps\[0\].prompts: must be a list"),
        ('["Family", "Freedom"]', '["Family", 3]', r"prompts\[1\]: must be a text"),
        ('["Family", "Freedom"]', '["Family"]', "a tick step offers at least two values"),
        ("[[steps]]", "[steps]", "small.toml: steps: must be a list"),
        ("slug", "= slug", "small.toml: not valid TOML"),
    ],
)
def test_a_wrong_guide_names_file_key_and_reason(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(GuideError, match=says):
        guide.parse(GOOD.replace(old, new, 1), "small.toml")


def test_steps_must_be_tables() -> None:
    with pytest.raises(GuideError, match=r"x\.toml: steps: must be a list"):
        guide.parse("slug='a'\nlanguage='en'\ntitle='t'\nminutes=3\nsteps=[3]", "x.toml")
    with pytest.raises(GuideError, match=r"x\.toml: steps: must be a list"):
        guide.parse("slug='a'\nlanguage='en'\ntitle='t'\nminutes=3\nsteps=[]", "x.toml")


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.en.toml"
    path.write_bytes(b"slug = '\xff'")
    with pytest.raises(GuideError, match=r"odd\.en\.toml: not UTF-8 at byte 8"):
        guide.load(path)


def test_the_six_guides_of_the_journey_are_there() -> None:
    english = {path.name for path in GUIDES if path.name.endswith(".en.toml")}
    wanted = ("first", "first-short", "again", "values", "commit", "truth")
    assert english == {f"{slug}.en.toml" for slug in wanted}
