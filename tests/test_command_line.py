"""The command line: what it says when something is wrong, and with which exit code."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from earshot import main
from services.site.config import Config
from services.site.failures import explain
from tests.conftest import ROOT


@pytest.fixture
def run(config: Config, tmp_path: Path):
    environment = {
        "EARSHOT_DATABASE_URL": config.database.url,
        "EARSHOT_DATABASE_KEYS": config.database.keys,
        "EARSHOT_SITE_SECRETS": config.site.secrets,
    }

    def call(*arguments: str, **given: str) -> Result:
        return CliRunner().invoke(main, arguments, env={**environment, **given})

    return call


def test_every_command_has_help(run):
    for name, command in main.commands.items():
        answer = run(name, "--help")
        assert answer.exit_code == 0, name
        assert command.help, name


def test_wrong_usage_exits_with_two(run):
    assert run("round").exit_code == 2
    assert run("no-such-command").exit_code == 2


def test_a_wrong_setting_is_named_and_nothing_is_made(run, tmp_path: Path):
    wrong = tmp_path / "wrong.toml"
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("horizon_days", "horizon_dayz"), encoding="utf-8")

    answer = run("--config", str(wrong), "migrate")

    assert answer.exit_code == 1
    assert str(wrong) in answer.output
    assert "horizon_dayz" in answer.output
    assert "Traceback" not in answer.output


def test_a_traceback_is_shown_only_when_asked_for(run, tmp_path: Path):
    absent = str(tmp_path / "absent.toml")

    assert run("--config", absent, "migrate").exception.__class__ is SystemExit
    assert "absent.toml" in str(run("--config", absent, "--traceback", "migrate").exception)


def test_migrate_makes_secrets_once_and_says_so(run, config: Config):
    first, second = run("migrate"), run("migrate")

    assert first.exit_code == second.exit_code == 0
    assert config.site.secrets in first.output
    assert config.site.secrets not in second.output
    assert Path(config.site.secrets).stat().st_mode & 0o077 == 0


def test_a_command_before_migrate_says_what_to_do(run, tmp_path: Path, secret):
    answer = run("audit", "verify", EARSHOT_DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    assert answer.exit_code == 1
    assert "earshot migrate" in answer.output


def test_an_unknown_programme_is_named(run, secret):
    answer = run("round", "--programme", "no-such")

    assert answer.exit_code == 1
    assert "no-such" in answer.output


def test_the_demonstration_refuses_to_leave_loopback(run):
    from services.site import config as settings

    outside = settings.load(ROOT / "config.toml", {"EARSHOT_SITE_HOST": "0.0.0.0"})

    with pytest.raises(settings.ConfigError, match="loopback only"):
        outside.for_demo()


def test_a_taken_port_is_named():
    from services.site.config import ConfigError
    from web import server

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"Port {port} on 127.0.0.1 is taken"):
            server.listen("127.0.0.1", port)


def test_a_full_disk_is_said_in_words():
    assert "Make room" in explain(RuntimeError("database or disk is full"))


def test_a_backup_holds_both_stores_apart(run, tmp_path: Path):
    run("migrate")

    answer = run("backup", str(tmp_path / "copies"))

    assert answer.exit_code == 0
    assert len(list((tmp_path / "copies" / "keys").glob("*.sqlite3"))) == 1
    assert len(list((tmp_path / "copies").rglob("*.part"))) == 0


def test_missing_tables_and_files_are_said_in_words(tmp_path: Path):
    with pytest.raises(FileNotFoundError) as absent:
        (tmp_path / "absent").read_text()

    assert "absent: No such file" in explain(absent.value)
    assert "earshot migrate" in explain(RuntimeError("no such table: programmes"))
