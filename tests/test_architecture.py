"""The layout is what docs/architecture.md says."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = SETTINGS["tool"]["importlinter"]["root_packages"]
NOT_OURS = {"tests", "bench", "migrations", "build"}
FORBIDDEN_WORDS = re.compile(r"(?i)(player|game|meeting|manager|helper|util)s?(_|$)")
LONGEST_FILE = 250


def sources() -> list[Path]:
    found = [ROOT / "earshot.py"]
    for package in PACKAGES:
        found += [
            path for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts
        ]
    return found


def test_every_package_on_disk_is_under_contract():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_OURS

    assert packages == set(PACKAGES)


@pytest.mark.parametrize(
    "module",
    ["matcher", "conversation.room", "disclosure.tables", "models", "services.pairing.rounds"],
)
def test_it_loads_no_flask(module: str):
    code = f"import {module}, sys; sys.exit(any(m.startswith('flask') for m in sys.modules))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_nothing_is_above_the_command_line():
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        assert "earshot" not in names, path


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_and_says_what_it_is_for(path: Path):
    text = path.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= LONGEST_FILE
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_names_use_the_glossary(path: Path):
    assert not FORBIDDEN_WORDS.search(path.stem)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            assert not FORBIDDEN_WORDS.search(node.name), f"{path}: {node.name}"
