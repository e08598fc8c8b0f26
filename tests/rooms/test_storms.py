"""Nothing acknowledged is lost, doubled or reordered, whatever befalls the server.

The long runs are `python -m bench.faults`; here each fault comes a few times.
"""

import ast
import random
import socket
import subprocess
import sys
from functools import partial

import pytest

from tests.conftest import ROOT
from tests.rooms import storms
from tests.rooms.conftest import Made
from tests.rooms.faults import BUGS, FINDS, PLACES
from tests.rooms.forge import Forge
from tests.rooms.storm import PAGE, Storm
from tests.test_architecture import PACKAGES


def test_the_product_knows_nothing_of_these_faults():
    """They are laid around it by a process that only tests start; there is no switch to find."""
    shipped = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    for path in (*shipped, ROOT / "earshot.py"):
        tree = storms.apart(partial(ast.parse, path.read_text(encoding="utf-8")))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        assert not any(str(name).partition(".")[0] == "tests" for name in imported), path
    code = "import sys, earshot, web.app; sys.exit('tests.rooms.faults' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_whoever_starts_a_server_hears_that_it_does_not_start(storm: Made, forge: Forge):
    environment = storm(rooms=0).environment
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with pytest.raises(AssertionError, match=port):
            forge.start({**environment, "PORT": port})


def test_the_server_may_die_at_every_named_place(storm: Made):
    made = storm(rooms=2)

    async def befall(_storm: Storm) -> None:
        for place in random.sample(list(PLACES), len(PLACES)):
            await made.crash(place)

    assert storms.run(made, befall) == []
    assert len(PLACES) >= 20
    assert made.reached >= len(PLACES) - 3  # chance may pass one by


@pytest.mark.parametrize("bug", BUGS)
def test_the_checker_finds_what_is_planted(storm: Made, bug: str):
    place, kind = FINDS[bug]
    found = storms.run(storm(bug=bug), storms.crashes(place, 3))
    assert any(problem.startswith(kind) for problem in found), found


def test_both_are_back_soon_after_the_server_is(storm: Made):
    made = storm(manner=PAGE, rooms=2)
    assert storms.run(made, storms.kills(3)) == []
    assert len(made.returns) == 3 * len(made.callers)


def test_what_is_sent_twice_or_late_counts_once(storm: Made):
    assert storms.run(storm(), storms.unruly) == []


def test_one_who_reads_slowly_holds_up_nobody(storm: Made):
    assert storms.run(storm(), storms.drowsy) == []
