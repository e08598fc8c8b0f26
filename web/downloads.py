"""Files handed out: each saved under its own name, never opened as a page of ours."""

from flask import Response

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "zip": "application/zip",
}


def answer(name: str, content: bytes) -> Response:
    """Return *content* to be saved as the last part of *name*; its ending says what it is."""
    made = Response(content, content_type=KINDS[name.rpartition(".")[2]])
    last = name.rpartition("/")[2]
    made.headers["Content-Disposition"] = f'attachment; filename="{last}"'
    return made
