"""Where questionnaires lie on disk, and in which language one is asked."""

from functools import cache
from pathlib import Path

from matcher import questionnaire
from matcher.questionnaire import Questionnaire

FOLDER = Path(__file__).parent.parent / "questionnaires"
FALLBACK = "en"


class NoSuchQuestionnaire(ValueError):
    """No file has this questionnaire; the message names the slug and those there are."""


@cache
def load(slug: str, language: str, folder: Path = FOLDER) -> Questionnaire:
    """Return the questionnaire *slug* in *language*, in English where that is missing.

    Read once: an edit counts from the next start. Raises NoSuchQuestionnaire, or the matcher's
    BadInput naming file and key.
    """
    files = {path.name.removesuffix(".toml"): path for path in sorted(folder.glob("*.toml"))}
    for tag in (language, language.split("-", maxsplit=1)[0], FALLBACK):
        if f"{slug}.{tag}" in files:
            return questionnaire.load(files[f"{slug}.{tag}"])
    raise NoSuchQuestionnaire(
        f"{folder}: no questionnaire {slug!r}. There are: {', '.join(files)}."
    )
