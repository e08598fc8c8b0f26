"""What is compiled when a version is installed is all that a pair, a pool or an arrival needs."""

import subprocess
import sys

LATER = """
import sys
from numba.core.dispatcher import Dispatcher
from matcher import Policy, pair
from matcher.lobby import Lobby
from matcher.warm import compile_loops
from tests.matcher.pools import crowd

def compiled():
    modules = [module for name, module in sys.modules.items() if name.startswith("matcher")]
    found = {one for module in modules for one in vars(module).values()
             if isinstance(one, Dispatcher)}
    return {(one.py_func.__name__, kinds) for one in found for kinds in one.signatures}

assert compile_loops() > 0
before = compiled()
for people in (2, 3, 40):
    pair(crowd(people), Policy(), threads=1)
    lobby = Lobby(crowd(people), Policy())
    for row in range(people):
        lobby.arrive(row, 0.0)
assert before
print(sorted(name for name, _ in compiled() - before))
"""


def test_nothing_is_left_to_be_compiled_for_the_first_pair():
    done = subprocess.run(
        [sys.executable, "-c", LATER], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_pairing_loads_neither_scikit_learn_nor_what_that_loads():
    """They would add a second and 90 MB to the start of every server."""
    asks = "import sys, matcher.swap, matcher.lobby, matcher.forecast; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "matcher.encode" in loaded
    assert not {"sklearn", "pandas", "scipy.stats"} & set(loaded)
