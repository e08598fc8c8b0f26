"""The files of deploy/ start what they say, and stop it in time."""

import configparser
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

from models import engine
from services.site import config, schema, secrets
from tests.conftest import ROOT
from tests.ports import free_port
from tests.rooms.outages import Postgres, Redis, until_answers

DEPLOY = ROOT / "deploy"


def unit(name: str) -> dict[str, str]:
    """The [Service] section of a unit, its instance name not yet filled in."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / name)
    return dict(parser["Service"])


def variables() -> dict[str, str]:
    lines = (DEPLOY / "earshot.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_what_the_workers_share_are_settings_for_several():
    made = config.load(ROOT / "config.toml", variables())
    assert made.cluster.redis.startswith("redis://")
    assert made.site.proxies == 1
    assert made.site.secure


def test_a_worker_starts_as_its_unit_says_and_drains_at_sigterm():
    service, port = unit("earshot@.service"), free_port()
    with tempfile.TemporaryDirectory() as folder:
        postgres, redis = Postgres(Path(folder)), Redis()
        here = {
            "EARSHOT_SITE_URL": f"http://127.0.0.1:{port}",
            "EARSHOT_SITE_SECRETS": f"{folder}/secrets.toml",
            "EARSHOT_DATABASE_URL": postgres.database("deployed"),
            "EARSHOT_DATABASE_KEYS": f"sqlite:///{folder}/keys.sqlite3",
            "EARSHOT_CLUSTER_REDIS": redis.url,
        }
        name, _, value = service["Environment"].replace("%i", str(port)).partition("=")
        environment = os.environ | variables() | here | {name: value}
        secrets.create(Path(here["EARSHOT_SITE_SECRETS"]))
        main, keys = (engine.create(here[f"EARSHOT_DATABASE_{one}"]) for one in ("URL", "KEYS"))
        schema.upgrade(main, keys)
        main.dispose()
        keys.dispose()
        program, *words = shlex.split(service["ExecStart"])
        assert program.endswith("/.venv/bin/earshot")
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "earshot.py"), *words],
            env=environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        try:
            until_answers(port, process)
            with urlopen(f"http://127.0.0.1:{port}/") as answer:
                assert answer.status == 200
            process.send_signal(signal.Signals[service["KillSignal"]])
            assert process.wait(float(service["TimeoutStopSec"])) == 0
        finally:
            process.kill()
            process.wait(60)
            redis.close()
            postgres.close()


def test_the_target_wants_the_workers_that_nginx_knows():
    target = (DEPLOY / "earshot.target").read_text(encoding="utf-8")
    proxy = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for port in ("5001", "5002", "5003", "5004"):
        assert f"earshot@{port}.service" in target
        assert f"server 127.0.0.1:{port} " in proxy


def test_the_script_of_a_rolling_restart_waits_for_each_worker(tmp_path: Path):
    """It is given a systemctl that only notes what it was asked for; nothing answers."""
    asked = tmp_path / "asked"
    for name, does in (("systemctl", f'echo "$@" >> {asked}'), ("curl", "exit 7"), ("sleep", ":")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        [DEPLOY / "rolling-restart", "5001", "5002"],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "earshot@5001 does not answer. The others run on." in done.stderr
    assert asked.read_text() == "restart earshot@5001\n"
