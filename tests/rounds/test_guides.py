"""A guide is kept as it stood, once."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from conversation.guide import parse
from services.staff import guides
from services.staff.guides import NoSuchGuide
from tests.factories import NOW

TEXT = """
slug = "short"
language = "{language}"
title = "Short"
minutes = 2

[[steps]]
name = "arrive"
title = "Arrive"
purpose = "Say hello."
minutes = 2
activity = "together"
prompts = ["Say hello."]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for language in ("en", "es"):
        path = tmp_path / f"short.{language}.toml"
        path.write_text(TEXT.format(language=language), encoding="utf-8")
    return tmp_path


def test_a_guide_is_stored_as_it_stands(session):
    version = guides.store(session, "first", "en", NOW)

    read = parse(version.text, "first")
    assert (version.slug, version.language, version.stored_at) == ("first", "en", NOW)
    assert version.digest == read.digest
    assert len(read.steps) == 6


def test_an_unchanged_guide_is_stored_once(session, folder):
    assert guides.store(session, "short", "en", NOW, folder) is guides.store(
        session, "short", "en", NOW, folder
    )


def test_two_who_store_a_guide_at_the_same_moment_get_the_same(main_engine, session, folder):
    class Slower(Session):
        def get(self, *arguments, **options):
            found = super().get(*arguments, **options)
            session.commit()
            return found

    first = guides.store(session, "short", "en", NOW, folder)
    with Slower(main_engine) as slower:
        second = guides.store(slower, "short", "en", NOW + timedelta(days=1), folder)
        assert (second.digest, second.stored_at) == (first.digest, NOW)
        slower.commit()


def test_an_edited_guide_leaves_the_stored_one_as_it_was(session, folder):
    before = guides.store(session, "short", "en", NOW, folder)
    path = folder / "short.en.toml"
    path.write_text(path.read_text().replace("Say hello.", "Say good evening."))

    after = guides.store(session, "short", "en", NOW, folder)

    assert after.digest != before.digest
    assert "Say hello." in before.text


@pytest.mark.parametrize(
    ("asked", "given"), [("es", "es"), ("es-MX", "es"), ("ar", "en"), ("en", "en")]
)
def test_a_missing_language_is_answered_in_the_nearest_then_in_english(
    session, folder, asked, given
):
    assert guides.store(session, "short", asked, NOW, folder).language == given


def test_an_unknown_guide_is_named_with_those_there_are(session, folder):
    with pytest.raises(NoSuchGuide, match=r"no guide 'long'"):
        guides.store(session, "long", "en", NOW, folder)
