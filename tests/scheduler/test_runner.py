"""The jobs at work: in the web process, and in a process that SIGTERM stops."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models import Mail, Round
from services.site.config import Config
from tests import factories, mailbox
from tests.conftest import ROOT
from tests.mailbox import Mailbox

PATIENCE = 60


def until(done: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not done():
        time.sleep(0.05)  # between looks, not instead of one
    return done()


def write(engine: Engine) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    with Session(engine) as session, session.begin():
        session.add(
            Mail(
                dedupe="one",
                kind="missed",
                recipient=factories.account(session).email,
                subject="hello",
                text="hello",
                html="",
                created_at=long_ago,
                next_try_at=long_ago,
            )
        )


def is_sent(engine: Engine) -> bool:
    with Session(engine) as session:
        return session.scalars(select(Mail.sent_at)).one() is not None


def had_round(engine: Engine) -> bool:
    with Session(engine) as session:
        return session.scalar(select(Round.id)) is not None


def environment(config: Config, box: Mailbox) -> dict[str, str]:
    return os.environ | {
        "EARSHOT_DATABASE_URL": config.database.url,
        "EARSHOT_DATABASE_KEYS": config.database.keys,
        "EARSHOT_SITE_SECRETS": config.site.secrets,
        "EARSHOT_MAIL_PORT": str(box.port),
    }


def start(*arguments: str, **given) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **given,
    )


def test_a_process_of_its_own_works_until_it_is_stopped(main_engine, config, secret, keys):
    write(main_engine)
    with mailbox.running() as box:
        process = start("earshot.py", "scheduler", env=environment(config, box))
        try:
            sent = until(lambda: is_sent(main_engine) or process.poll() is not None)
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()

    assert sent, said
    assert "Traceback" not in said
    assert process.returncode == 0
    assert len(box.messages) == 1


EMBEDDED = textwrap.dedent("""
    from gevent import monkey

    monkey.patch_all()
    import os, sys
    from dataclasses import replace
    from pathlib import Path
    from gevent.fileobject import FileObject
    from scheduler import runner
    from services.site import platform

    made = platform.load(Path("config.toml"), os.environ)
    config = replace(made.config, demo="demo" in sys.argv)
    jobs = runner.embedded(made.engine, config, made.secrets, made.keys)
    print(*sorted(job.id for job in jobs.get_jobs()), flush=True)
    FileObject(sys.stdin).readline()
    jobs.shutdown(wait=False)
""")


@pytest.mark.parametrize("demo", [False, True])
def test_in_the_web_process_mail_leaves_but_for_the_demo(main_engine, config, secret, keys, demo):
    """And the night's round is run, its matching on a thread beside the loop."""
    write(main_engine)
    with Session(main_engine) as session, session.begin():
        factories.programme(session)
    with mailbox.running() as box:
        process = start(
            *("-c", EMBEDDED, *["demo"] * demo), env=environment(config, box), stdin=subprocess.PIPE
        )
        try:
            planned = process.stdout.readline().split()
            assert until(lambda: had_round(main_engine))
            sent = not demo and until(lambda: is_sent(main_engine))
            said, _ = process.communicate("\n", timeout=PATIENCE)
        finally:
            process.kill()

    assert process.returncode == 0, said
    assert ("send_mail" in planned) is sent is (not demo), said
    assert {"match", "remind", "expire", "miss", "close", "forget", "anchor"} <= set(planned)
    assert len(box.messages) == sent
