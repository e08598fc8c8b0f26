"""Runs the inner loops as plain Python where a test asks for it: so branches are counted."""

import importlib
import pkgutil

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

import matcher


@pytest.fixture
def plain(monkeypatch):
    """Put every kernel's Python form in its place, in every module that uses it."""
    for info in pkgutil.iter_modules(matcher.__path__):
        module = importlib.import_module(f"matcher.{info.name}")
        for name, value in vars(module).items():
            if isinstance(value, Dispatcher):
                monkeypatch.setattr(module, name, value.py_func)
    for name in ("sums", "tiles", "likely", "search", "bound", "lobby"):
        monkeypatch.setattr(f"matcher.{name}.TILE", 8)
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # a thread of its own would warn of overflow
    with np.errstate(over="ignore"):
        yield
