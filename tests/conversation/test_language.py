import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conversation import language
from conversation.language import count, lexicon, receptiveness
from tests.conversation.groups import names

ENGLISH = lexicon("en")

TEMPLATES = (
    "I understand why {} feel that way, but I think you always blame {}.",
    "{} are wrong about this, and it is because {} never listen to anybody.",
    "Maybe {} have a point. Don't you agree with {}?",
    "You {} people are ridiculous; I would like to hear more about {}.",
    "{}",
    "In my town most {} are good neighbours, though some {} lie.",
)

MADE = """
language = "xx"
question_weight = 0.5
[marks.accusation]
weight = -1.0
hint = "Say what you saw."
words = "you always|you"
[marks.hostility]
weight = -2.0
words = "absurd*"
[marks.acknowledgement]
weight = 1.0
words = "i see why"
[marks.agreement]
weight = 1.0
words = "agreed"
"""


def of(text: str, name: str) -> int:
    return count(text, ENGLISH)[ENGLISH.place(name)]


@pytest.mark.parametrize(
    ("text", "name", "times"),
    [
        ("You always say that. YOU ALWAYS do.", "accusation", 2),
        ("You’re wrong, and you're wrong again", "accusation", 2),
        ("you always you always", "accusation", 2),
        ("Do you, always?", "accusation", 1),
        ("What an absurdity, and stupidly absurd", "hostility", 3),
        ("Perhaps it rains, in my opinion", "hedges", 2),
        ("I see your point. Thanks for sharing it.", "acknowledgement", 6),
        ("I agree, you're right", "agreement", 3),
        ("It is so because of the reason", "reasoning", 3),
        ("the well-known left-wing right-hander", "agreement", 0),
        ("", "hedges", 0),
    ],
)
def test_marks_are_counted(text: str, name: str, times: int) -> None:
    assert of(text, name) == times


def test_words_and_questions_are_counted_in_any_language() -> None:
    for tongue in ("en", "es", "ar"):
        counts = count("¿Qué? مرحبا بك؟ Really-now?", lexicon(tongue))
        assert counts[language.WORDS] == 4
        assert counts[language.QUESTIONS] == 3


def test_a_language_without_a_list_has_no_marks() -> None:
    assert lexicon("tlh") is language.NOTHING
    assert lexicon("../../secrets") is language.NOTHING
    assert lexicon("en-GB").language == "en"
    assert language.NOTHING.place("hedges") is None
    assert receptiveness(count("Maybe so", language.NOTHING), language.NOTHING) == 0


@pytest.mark.parametrize("template", TEMPLATES)
def test_one_groups_name_in_place_of_anothers_changes_nothing(template: str) -> None:
    assert len(names()) >= 60
    found = {count(template.format(one, one), ENGLISH)[1:] for one in names()}
    scores = {receptiveness(count(template.format(one, one), ENGLISH), ENGLISH) for one in names()}
    assert len(found) == 1
    assert len(scores) == 1


def test_a_list_that_names_a_group_is_found() -> None:
    partial = language.parse(MADE.replace("absurd*", "absurd*|vegans"))
    found = {count(f"I met {one} there", partial)[1:] for one in names()}
    assert len(found) == 2


def test_more_acknowledgement_reads_as_more_receptive_and_blame_as_less() -> None:
    texts = (
        "You always talk nonsense. You people never learn.",
        "It was raining on Monday.",
        "I understand your point, and I agree it might be so. Thank you.",
    )
    scores = [receptiveness(count(text, ENGLISH), ENGLISH) for text in texts]
    assert scores == sorted(scores)
    assert scores[0] < 0 < scores[2]


def test_a_made_list_counts_phrases_stems_and_questions() -> None:
    made = language.parse(MADE)
    assert [mark.hint for mark in made.marks] == ["Say what you saw.", "", "", ""]
    counts = count("You always see absurdities? I see why; agreed.", made)
    assert counts == (8, 1, 0, 2, 1, 1, 1)
    assert count("I see, why", made)[made.place("acknowledgement")] == 1
    assert count("abs", made)[made.place("hostility")] == 0


@pytest.mark.parametrize("word", ["you ever*", "abs*"])
def test_an_ending_is_open_only_after_four_letters_of_one_word(word: str) -> None:
    with pytest.raises(ValueError, match="open ending"):
        language.parse(MADE.replace("absurd*", word))


def test_nothing_of_the_words_is_in_the_counts() -> None:
    counts = count("canary at canary@example.org", ENGLISH)
    assert counts[language.CONTACT] == 1
    assert all(isinstance(one, int) for one in counts)


@given(st.text(alphabet="aB9_ '’-?.,\t\né", max_size=40))
@example("'tis the dogs' day - well-known--and don't-you-know?")
@example("-'-")
def test_words_are_cut_the_same_way_by_both_ways(text: str) -> None:
    assert language.cut(text) == language._TOKEN.findall(text.lower().replace("’", "'"))


@given(st.characters(codec="ascii"))
def test_every_ascii_character_is_cut_the_same_way(char: str) -> None:
    for text in (char, f"a{char}b", f"{char}b", f"a{char}"):
        assert language.cut(text) == language._TOKEN.findall(text.lower())
