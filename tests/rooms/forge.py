"""Servers in half a second: everything is imported once, and each server is a fork.

The process that forks is `tests/rooms/smithy.py`; closing its input ends it.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATCHED = ("-m", "gevent.monkey", "--module")  # before anything else is imported


class Forge:
    """The one process that every server of a run is forked from."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.started: list[Forged] = []
        with log.open("a") as errors:
            self.process = subprocess.Popen(
                [sys.executable, *PATCHED, "tests.rooms.smithy"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def start(self, environment: Mapping[str, str], **order: Any) -> "Forged":
        """Start a server and wait until it answers; fail where it does not start."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"environment": dict(environment), **order}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, self.log.read_text()
        told = json.loads(line)
        assert "failed" not in told, told
        self.started = [one for one in self.started if not one.closed]
        self.started.append(Forged(**told))
        return self.started[-1]

    def close(self) -> None:
        """End it, and whatever it has started that still runs."""
        for server in self.started:
            server.close()
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


class Forged:
    """One forked server."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid, self.port = pid, port
        self.handle = os.pidfd_open(pid)
        self.closed = False

    def dies(self, seconds: float) -> bool:
        """Wait until it is dead; return False if it still lives after so long."""
        return bool(select.select([self.handle], [], [], seconds)[0])

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        if not self.dies(0):
            signal.pidfd_send_signal(self.handle, number)

    def close(self) -> None:
        """Kill it, if it has not died already."""
        if self.closed:
            return
        self.kill()
        assert self.dies(60)
        os.close(self.handle)
        self.closed = True
