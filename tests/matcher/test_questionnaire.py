"""A questionnaire says what is wrong with it, all at once."""

import pytest

from matcher import BadInput, Policy, questionnaire
from matcher import policy as policies
from tests.matcher.pools import ANES

GOOD = """
slug = "q"
language = "en"
title = "Q"
[[items]]
id = "v"
kind = "value"
text = "?"
value = "tradition"
higher = "conservation"
scale = { min = 1, max = 6, low = "no", high = "yes" }
[[items]]
id = "w"
kind = "view"
text = "?"
why = "to differ"
importance = true
required = true
scale = { min = 1, max = 3, low = "no", high = "yes", labels = ["no", "well", "yes"] }
[[items]]
id = "b"
kind = "background"
text = "?"
options = ["here", "there"]
"""


def test_every_part_of_a_questionnaire_is_read():
    read = questionnaire.parse(GOOD, "q.toml")
    view = read.of("view")[0]
    assert (read.slug, read.language, read.title, read.higher) == (
        "q",
        "en",
        "Q",
        ("conservation",),
    )
    assert (view.importance, view.required, view.why) == (True, True, "to differ")
    assert view.scale.labels == ("no", "well", "yes")
    assert view.scale.span == 2
    assert read.of("background")[0].options == ("here", "there")
    assert read.of("background")[0].bounds == (0, 0)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('slug = "q"', "", "q.toml: slug: missing"),
        ('title = "Q"', 'title = " "', "q.toml: title: must be a text that is not empty"),
        ('slug = "q"', 'slug = "q"\ncolour = 1', "q.toml: colour: unknown key"),
        ('kind = "value"', 'kind = "virtue"', "item v: kind: must be value, view or background"),
        ('higher = "conservation"', "", "item v: higher: missing"),
        ("importance = true", "importance = 3", "item w: importance: must be true or false"),
        ("importance = true", "hidden = true", "item w: hidden: unknown key"),
        ('options = ["here", "there"]', "options = 5", "item b: options: must be a list"),
        ('options = ["here", "there"]', "", "item b: scale: a background item has either"),
        ('scale = { min = 1, max = 6, low = "no", high = "yes" }', "", "item v: scale: missing"),
        ('scale = { min = 1, max = 6, low = "no", high = "yes" }', "scale = 6", "must be a table"),
        ("min = 1, max = 6", "min = 7, max = 6", "item v: scale: max: must be above min"),
        ("min = 1, max = 6", "max = 6", "item v: scale: min: missing"),
        ("min = 1, max = 6", "min = nan, max = 6", "item v: scale: min: must be a finite number"),
        ('labels = ["no", "well", "yes"]', 'labels = ["no"]', "labels: one label for every"),
        ('id = "w"', 'id = "v"', "item v: id: used twice"),
        ('id = "b"', 'id = "w_importance"', "item w_importance: id: used twice"),
        ('id = "v"', "id = 4", "item 1: id: must be a text"),
    ],
)
def test_what_is_wrong_is_named_by_file_item_and_key(old, new, problem):
    assert old in GOOD
    with pytest.raises(BadInput) as refused:
        questionnaire.parse(GOOD.replace(old, new, 1), "q.toml")
    assert any(problem in one for one in refused.value.problems)


def test_all_problems_are_named_at_once():
    broken = GOOD.replace('slug = "q"', "").replace('value = "tradition"', "")
    with pytest.raises(BadInput) as refused:
        questionnaire.parse(broken, "q.toml")
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize("text", ["", "items = [3]", "items = 3", "not toml"])
def test_a_file_without_items_is_refused(text):
    with pytest.raises(BadInput, match=r"q\.toml"):
        questionnaire.parse(text, "q.toml")


def test_more_views_than_fit_a_machine_word_are_refused():
    view = '[[items]]\nid="x{}"\nkind="view"\ntext="?"\nscale={{min=0,max=1,low="n",high="y"}}\n'
    text = 'slug="q"\nlanguage="en"\ntitle="Q"\n' + "".join(view.format(n) for n in range(65))
    with pytest.raises(BadInput, match="65 views; at most 64"):
        questionnaire.parse(text, "q.toml")


def test_files_are_read_and_unreadable_ones_named(tmp_path):
    assert len(questionnaire.load(ANES).of("view")) == 8
    missing = tmp_path / "none.toml"
    for load in (questionnaire.load, policies.load):
        with pytest.raises(BadInput, match=r"none\.toml: cannot be read"):
            load(missing)


def test_a_policy_keeps_its_defaults_and_goes_round(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text("min_differences = 6\n[weights]\ntopics = 0\n")
    policy = policies.load(path)
    assert (policy.min_differences, policy.best_differences, policy.weights.topics) == (6, 6, 0)
    assert policies.from_mapping(policy.to_dict()) == policy
    assert policies.from_mapping({}) == Policy()
    path.write_text("= 3")
    with pytest.raises(BadInput, match="is not TOML"):
        policies.load(path)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"clear": 0}, "clear: must be above 0"),
        ({"clear": "a"}, "clear: must be a finite number"),
        ({"min_differences": -1}, "min_differences: must be a whole number"),
        ({"min_shared_values": 1.5}, "min_shared_values: must be a whole number"),
        ({"min_differences": 4, "best_differences": 3}, "best_differences: must be at least"),
        ({"weights": 3}, "weights: must be a table"),
        ({"weights": {"values": -1}}, "weights: values: must be from 0"),
        ({"weights": {"love": 1}}, "weights: love: unknown key"),
        ({"floor": 1}, "floor: unknown key"),
    ],
)
def test_a_contradictory_policy_is_refused(data, problem):
    with pytest.raises(BadInput, match=problem):
        policies.from_mapping(data)
