"""Which questionnaire a programme asks, and in which language; those that Earshot itself asks."""

from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from matcher import questionnaire
from matcher.questionnaire import Questionnaire
from services.staff import manuscripts
from services.staff.manuscripts import QUESTIONNAIRE, Manuscript

FOLDER = manuscripts.FOLDERS[QUESTIONNAIRE]


class NoSuchQuestionnaire(ValueError):
    """Nothing has this questionnaire; the message names the slug and those there are."""


@cache
def load(slug: str, language: str, folder: Path = FOLDER) -> Questionnaire:
    """Return the questionnaire *slug* of a file in *language*, in English where that is missing.

    Read once: an edit of a file counts from the next start. Raises NoSuchQuestionnaire, or the
    matcher's BadInput naming file and key.
    """
    files = manuscripts.in_files(QUESTIONNAIRE, folder)
    for tag in manuscripts.tags(language):
        if (slug, tag) in files:
            return questionnaire.load(files[slug, tag])
    raise NoSuchQuestionnaire(_missing(slug, [name for name, _tag in files]))


def current(session: Session, slug: str, language: str) -> Questionnaire:
    """Return what a programme asks now: the newest version written, or else the file's.

    Raises what `load` raises.
    """
    found = manuscripts.find(session, QUESTIONNAIRE, slug, language)
    if found is None:
        raise NoSuchQuestionnaire(_missing(slug, slugs(session)))
    return _parsed(found)


def slugs(session: Session) -> list[str]:
    """Return the slugs of the questionnaires there are that ask about views."""
    known = sorted({slug for slug, _language in manuscripts.names(session, QUESTIONNAIRE)})
    return [slug for slug in known if current(session, slug, manuscripts.FALLBACK).of("view")]


@cache
def _parsed(found: Manuscript) -> Questionnaire:
    return questionnaire.parse(found.text, found.source)


def _missing(slug: str, known: list[str]) -> str:
    return f"There is no questionnaire {slug!r}. There are: {', '.join(known)}."
