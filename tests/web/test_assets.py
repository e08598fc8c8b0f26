"""Built files as the server hands them out."""

import gzip

import pytest
from flask import Flask

from web.assets import DIST

SMALL = {"Accept-Encoding": "gzip"}


@pytest.fixture
def sheet() -> str:
    return next(DIST.glob("earshot-*.css")).name


def test_a_built_file_travels_small_and_is_kept(app: Flask, sheet):
    answer = app.test_client().get(f"/static/dist/{sheet}", headers=SMALL, buffered=True)
    assert gzip.decompress(answer.data) == (DIST / sheet).read_bytes()
    assert answer.content_encoding == "gzip"
    assert answer.mimetype == "text/css"
    assert "Accept-Encoding" in answer.vary
    assert "immutable" in answer.headers["Cache-Control"]


def test_who_takes_no_gzip_gets_the_file_as_it_is(app: Flask, sheet):
    answer = app.test_client().get(f"/static/dist/{sheet}", buffered=True)
    assert answer.data == (DIST / sheet).read_bytes()
    assert answer.content_encoding is None


def test_other_files_are_served_without_being_kept(app: Flask):
    answer = app.test_client().get("/static/mark.svg", buffered=True)
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["dist/none.css", "none.svg", "dist/../../app.py"])
def test_what_is_not_there_is_not_found(app: Flask, name):
    assert app.test_client().get(f"/static/{name}").status_code == 404
