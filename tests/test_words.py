"""Every sentence can be translated, and keeps the tone of the house."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).parent.parent
TEXT = re.compile(r">\s*([^<>{}]*[A-Za-z]{3}[^<>{}]*)\s*<")
JINJA = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
TEMPLATES = sorted((ROOT / "web" / "templates").rglob("*.html"))
NAMES = {"Earshot", "· Earshot"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_sentence_of_a_page_bypasses_translation(path: Path):
    bare = JINJA.sub("", path.read_text(encoding="utf-8"))
    found = [text.strip() for text in TEXT.findall(bare) if text.strip() not in NAMES]

    assert found == []


def test_sentences_are_calm():
    methods = [
        ("web/templates/**.html", "jinja2"),
        ("web/**.py", "python"),
        ("services/**.py", "python"),
        ("services/letters/mails/*.txt", "jinja2"),
    ]
    options = {pattern: {} for pattern, _method in methods}
    seen = 0
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT), method_map=methods, options_map=options
    ):
        text = message if isinstance(message, str) else message[0]
        seen += 1
        assert "!" not in text, text
        assert "—" not in text, text
    assert seen > 300
