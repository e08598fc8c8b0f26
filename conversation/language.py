"""How people speak to one another: marks counted in a message when it is sent, never its words.

The lists are data (`language.<tag>.toml`, one a language); a language without a file has no marks,
and of its messages only words, questions and contact details are counted.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log1p
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

K = TypeVar("K")
V = TypeVar("V")

FOLDER: Final = Path(__file__).parent
FEWEST_DIGITS: Final = 8  # of a telephone number
STEM: Final = 4  # letters by which a word with any ending is looked up
_stem = itemgetter(slice(STEM))

_TOKEN = re.compile(r"\w+(?:['’-]\w+)*|[?؟]")
_PLAIN = bytes(  # small letters; all that stands between words as a blank
    ord(chr(code).lower()) if re.match(r"[\w?'-]", chr(code)) and code < 128 else 32
    for code in range(256)
)
_EDGES = (" '", "' ", " -", "- ", "''", "--", "'-", "-'")  # not within a word
_ADDRESS = re.compile(r"[\w.+-]@[\w-]+\.\w{2}|(?<!\w)@\w{3}")  # of mail, or a handle
_LINK = re.compile(r"(?:https?://|www\.)\S")
_TELEPHONE = re.compile(r"(?<![\w.,:/-])\+?\d(?:[\s().-]{0,2}\d){7,}(?!\w)")

Counts: TypeAlias = tuple[int, ...]  # words, questions, contact details (0 or 1), then each mark
WORDS: Final = 0
QUESTIONS: Final = 1
CONTACT: Final = 2
FIRST_MARK: Final = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """One kind of word: its `weight` for receptiveness, and what a writer is told of it, if so."""

    name: str
    weight: float
    hint: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The marks of one language, ready to be looked up word by word.

    `single` holds single words, `phrases` longer ones by their first two words, `stems` beginnings
    of words with any ending by their first letters; each with the place of its mark in `Counts`.
    A phrase is written with two blanks between its words and one around it.
    """

    language: str
    marks: tuple[Mark, ...]
    question_weight: float
    single: Mapping[str, tuple[int, ...]]
    phrases: Mapping[tuple[str, str], tuple[tuple[str, int], ...]]
    stems: Mapping[str, tuple[tuple[str, int], ...]]

    def place(self, name: str) -> int | None:
        """Return where the count of a mark stands in `Counts`; None where it is not counted."""
        found = (n for n, mark in enumerate(self.marks, FIRST_MARK) if mark.name == name)
        return next(found, None)


NOTHING: Final = Lexicon("", (), 0.0, {}, {}, {})


@cache
def lexicon(language: str) -> Lexicon:
    """Return the marks of a language (BCP 47 tag; its first part counts), or none."""
    path = FOLDER / f"language.{re.sub(r'[^a-z]', '', language.lower().split('-')[0])}.toml"
    return parse(path.read_text(encoding="utf-8")) if path.is_file() else NOTHING


def parse(text: str) -> Lexicon:
    """Return the lexicon a TOML text describes; raise KeyError or ValueError where it is wrong."""
    given = tomllib.loads(text)
    marks = tuple(_mark(name, body) for name, body in given["marks"].items())
    single: dict[str, list[int]] = {}
    phrases: dict[tuple[str, str], list[tuple[str, int]]] = {}
    stems: dict[str, list[tuple[str, int]]] = {}
    for number, mark in enumerate(marks, FIRST_MARK):
        for entry in mark.words:
            words = entry.split()
            if entry.endswith("*"):
                stems.setdefault(entry[:STEM], []).append((f" {entry[:-1]}", number))
            elif len(words) == 1:
                single.setdefault(entry, []).append(number)
            else:
                phrase = f" {'  '.join(words)} ", number
                phrases.setdefault((words[0], words[1]), []).append(phrase)
    weight = float(given["question_weight"])
    return Lexicon(
        given["language"], marks, weight, _frozen(single), _frozen(phrases), _frozen(stems)
    )


def _frozen(lists: Mapping[K, list[V]]) -> Mapping[K, tuple[V, ...]]:
    return {key: tuple(found) for key, found in lists.items()}


def _mark(name: str, body: Mapping[str, Any]) -> Mark:
    words = tuple(filter(None, (one.strip() for one in re.split(r"[|\n]", body["words"]))))
    for word in words:
        if word.endswith("*") and (" " in word or len(word) <= STEM):
            raise ValueError(f"{name}: {word!r} is too short or too long for an open ending")
    return Mark(name, float(body["weight"]), body.get("hint", ""), words)


def count(text: str, lexicon: Lexicon) -> Counts:
    """Return the counts of one message; its words are passed over once, the rest are look-ups."""
    tokens = cut(text)
    found = [0] * (FIRST_MARK + len(lexicon.marks))
    words = set(tokens)
    joined = f" {'  '.join(tokens)} "  # each word with a blank of its own on both sides
    for word in lexicon.single.keys() & words:
        for number in lexicon.single[word]:
            found[number] += tokens.count(word)
    for pair in set(filter(lexicon.phrases.__contains__, pairwise(tokens))):
        for phrase, number in lexicon.phrases[pair]:
            found[number] += joined.count(phrase)
    for start in set(filter(lexicon.stems.__contains__, map(_stem, words))):
        for stem, number in lexicon.stems[start]:
            found[number] += joined.count(stem)
    found[QUESTIONS] = tokens.count("?") + tokens.count("؟")
    found[WORDS] = len(tokens) - found[QUESTIONS]
    found[CONTACT] = int(offers_contact(text))
    return tuple(found)


def cut(text: str) -> list[str]:
    """Return the words and question marks of `text` in order, in small letters.

    A quarter of the time where the text is plain ASCII and no hyphen or apostrophe ends a word.
    """
    if text.isascii():
        plain = f" {text} ".replace("?", " ? ").encode().translate(_PLAIN).decode()
        joins = "'" in plain or "-" in plain
        if not (joins and any(edge in plain for edge in _EDGES)):
            return plain.split()
    return _TOKEN.findall(text.lower().replace("’", "'"))


def offers_contact(text: str) -> bool:
    """Return whether `text` seems to hold a mail address, handle, link or telephone number."""
    if "@" in text and _ADDRESS.search(text):
        return True
    if ("://" in text or "www." in text) and _LINK.search(text):
        return True
    return _digits(text) >= FEWEST_DIGITS and _TELEPHONE.search(text) is not None


def _digits(text: str) -> int:
    if text.isascii():
        return len(text) - len(text.encode().translate(None, b"0123456789"))
    return sum(map(str.isdigit, text))


def receptiveness(counts: Counts, lexicon: Lexicon) -> float:
    """Return how open to the other a message is likely to be read; 0 without any mark.

    In standard deviations of human ratings, roughly; it orders messages and measures none.
    """
    score = lexicon.question_weight * log1p(counts[QUESTIONS])
    for mark, number in zip(lexicon.marks, counts[FIRST_MARK:], strict=True):
        score += mark.weight * log1p(number)
    return score
