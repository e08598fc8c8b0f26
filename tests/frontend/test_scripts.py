"""The scripts of the pages: their own tests, their sentences, their size."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from web.frontend.build import DIST, HERE, wheel

TESTS = Path(__file__).parent
SCRIPTS = sorted(path for path in HERE.rglob("*.ts") if "node_modules" not in path.parts)
SENTENCES = (HERE.parent / "templates" / "rooms" / "texts.html").read_text(encoding="utf-8")


def test_the_scripts_keep_their_own_tests() -> None:
    node = wheel() / "bin" / "node"
    files = sorted(TESTS.glob("*.test.ts"))
    done = subprocess.run([node, "--test", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_turns_text_into_markup(script: Path) -> None:
    found = re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function",
        script.read_text(encoding="utf-8"),
    )
    assert found == []


def test_every_sentence_the_room_asks_for_is_on_its_page() -> None:
    known = set(re.findall(r'^  "([^"]+)":', SENTENCES, flags=re.M))
    asked: set[str] = set()
    for script in (HERE / "room").glob("*.ts"):
        asked |= set(re.findall(r'\bsay\(\s*"([^"]+)"', script.read_text(encoding="utf-8")))
        asked |= set(re.findall(r'"(turn\.[a-z_]+)"', script.read_text(encoding="utf-8")))
    assert asked
    assert asked - known == set()


def _transferred(*names: str) -> int:
    """Bytes on the wire: fonts are compressed already, the rest travels as gzip."""
    total = 0
    for name in names:
        for path in DIST.glob(name):
            raw = path.read_bytes()
            total += len(raw) if path.suffix == ".woff2" else len(gzip.compress(raw))
    return total


BASE = ("earshot-*.css", "literata-basic-*.woff2", "atkinson-hyperlegible-next-basic-*.woff2")


def test_the_landing_page_leaves_room_for_its_text_in_60_kilobytes() -> None:
    assert 0 < _transferred(*BASE) < 50_000


def test_the_room_leaves_room_for_its_text_in_150_kilobytes() -> None:
    assert 0 < _transferred(*BASE, "room-*.js") < 110_000


def test_the_manifest_names_files_that_are_there() -> None:
    names = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    assert "earshot.css" in names
    assert [name for name in names.values() if not (DIST / name).is_file()] == []
