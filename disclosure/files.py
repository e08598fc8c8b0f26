"""The files of a release, the same bytes for the same release: tables, codebook, reports.

CSV, Parquet and JSON say the same. The codebook is a Frictionless Data Package
(https://specs.frictionlessdata.io/data-package/) with a Table Schema for each table.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from disclosure import paper, pictures, report
from disclosure.noise import CONFIDENCE
from disclosure.release import Release
from disclosure.sheets import Field, Sheet, sheets
from disclosure.suppression import THRESHOLD

CODEBOOK = "datapackage.json"
TOGETHER = "release.json"
EPOCH = (1980, 1, 1, 0, 0, 0)


def files(release: Release, fonts: Path) -> dict[str, bytes]:
    """Return the name and the bytes of each file of *release*, the codebook first.

    *fonts* is the folder of the TrueType files that charts and report are set in.
    """
    told = sheets(release)
    drawn = pictures.drawn(told, fonts)
    reports = {
        "report.html": report.html(release, told),
        "report.pdf": paper.pdf(release, told, drawn, fonts),
    }
    tables = {f"{sheet.name}.csv": _csv(sheet) for sheet in told}
    columns = {f"{sheet.name}.parquet": _parquet(sheet) for sheet in told}
    together = {TOGETHER: _json(release, told)}
    codebook = {CODEBOOK: _codebook(release, told, tables)}
    return codebook | tables | columns | together | reports | drawn


def archive(contents: Mapping[str, bytes]) -> bytes:
    """Return *contents* as a zip with fixed times, stored as they are: nothing in it varies."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, content)
    return buffer.getvalue()


def unpack(archived: bytes) -> dict[str, bytes]:
    """Return what `archive` was given."""
    with zipfile.ZipFile(io.BytesIO(archived)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def _csv(sheet: Sheet) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(field.name for field in sheet.fields)
    writer.writerows(["" if value is None else value for value in row] for row in sheet.rows)
    return text.getvalue().encode()


def _parquet(sheet: Sheet) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - large, and only needed here
    from pyarrow import parquet  # noqa: PLC0415

    kinds = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
    schema = pa.schema(
        [
            pa.field(field.name, kinds[field.kind], metadata={"description": field.description})
            for field in sheet.fields
        ],
        metadata={"title": sheet.title},
    )
    columns = zip(*sheet.rows, strict=True)
    table = pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink)
    return bytes(sink.getvalue().to_pybytes())


def _json(release: Release, told: Iterable[Sheet]) -> bytes:
    together = _about(release) | {
        "tables": {
            sheet.name: {
                "title": sheet.title,
                "rows": [
                    dict(zip((field.name for field in sheet.fields), row, strict=True))
                    for row in sheet.rows
                ],
            }
            for sheet in told
        }
    }
    return _text(together)


def _about(release: Release) -> dict[str, Any]:
    about = release.about
    return {
        "programme": about.programme,
        "title": about.title,
        "month": str(about.month),
        "mechanism": release.mechanism,
        "epsilon": release.epsilon,
        "costs": None if release.costs is None else dict(release.costs),
        "confidence": CONFIDENCE,
        "smallest_count_shown": THRESHOLD,
    }


def _codebook(release: Release, told: Iterable[Sheet], tables: Mapping[str, bytes]) -> bytes:
    about = release.about
    book = {
        "profile": "tabular-data-package",
        "name": f"earshot-{about.programme}-{about.month}",
        "title": f"{about.title}, {about.month}",
        "description": "Counts of people, with noise. Each person counts at most once in a table.",
        "version": "2",
        "earshot": _about(release),
        "resources": [
            _resource(sheet, name, content)
            for sheet, (name, content) in zip(told, tables.items(), strict=True)
        ],
    }
    return _text(book)


def _resource(sheet: Sheet, name: str, content: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": sheet.name,
        "title": sheet.title,
        "path": name,
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"lineTerminator": "\r\n"},
        "schema": {
            "fields": [_described(field) for field in sheet.fields],
            "missingValues": [""],
            "primaryKey": list(sheet.key),
        },
    }


def _described(field: Field) -> dict[str, Any]:
    told = {"name": field.name, "type": field.kind, "description": field.description}
    return told | ({"constraints": dict(field.constraints)} if field.constraints else {})


def _text(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
