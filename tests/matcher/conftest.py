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
    monkeypatch.setattr("matcher.tiles.TILE", 8)
    monkeypatch.setattr("matcher.search.TILE", 8)
    monkeypatch.setattr("matcher.bound.TILE", 8)
    with np.errstate(over="ignore"):
        yield
