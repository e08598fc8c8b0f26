"""docs/operating.md names every setting and every command, and none that is not there."""

import re
import tomllib
from collections.abc import Iterator

import click

from earshot import main
from scheduler.runner import EVERY
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def commands(group: click.Group, name: str) -> Iterator[str]:
    for command in group.commands.values():
        full = f"{name} {command.name}"
        if isinstance(command, click.Group):
            yield from commands(command, full)
        else:
            yield full


def test_every_setting_is_documented_and_no_other():
    shipped = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
    settings = {f"{section}.{key}" for section, keys in shipped.items() for key in keys}

    assert set(re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", TEXT, re.MULTILINE)) == settings


def test_every_command_is_documented_and_no_other():
    documented = set(
        re.findall(r"^\| `(earshot [a-z ]+?)(?: [A-Z.a-z]+csv)?` \|", TEXT, re.MULTILINE)
    )

    assert documented == set(commands(main, "earshot"))


def test_the_jobs_run_as_often_as_documented():
    rows = re.findall(r"^\| (2 seconds|5 seconds|minute|10 minutes|hour) \|", TEXT, re.MULTILINE)

    seconds = {"2 seconds": 2, "5 seconds": 5, "minute": 60, "10 minutes": 600, "hour": 3600}
    assert {seconds[row] for row in rows} == {pause.total_seconds() for _, pause in EVERY}
