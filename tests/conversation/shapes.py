"""As much of JSON Schema as the protocol uses: what of a value does not fit its shape."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

TYPES = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}


def faults(value: Any, shape: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Yield what is wrong with *value*, each with its place."""
    if "anyOf" in shape:
        found = [list(faults(value, one, place)) for one in shape["anyOf"]]
        if all(found):
            yield min(found, key=len)[0]
    elif "const" in shape or "enum" in shape:
        if value not in shape.get("enum", [shape.get("const")]):
            yield f"{place}: {value!r}"
    elif type(value) is not TYPES[shape["type"]]:
        yield f"{place}: {value!r} is no {shape['type']}"
    else:
        yield from _inside(value, shape, place)


def _inside(value: Any, shape: Mapping[str, Any], place: str) -> Iterator[str]:
    if shape["type"] == "array":
        for number, one in enumerate(value):
            yield from faults(one, shape["items"], f"{place}[{number}]")
    elif shape["type"] == "object":
        yield from _keys(value, shape, place)
    elif shape["type"] == "integer":
        if not shape.get("minimum", value) <= value <= shape.get("maximum", value):
            yield f"{place}: {value}"
    elif shape.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        yield f"{place}: {value} has no zone"


def _keys(value: Mapping[str, Any], shape: Mapping[str, Any], place: str) -> Iterator[str]:
    for key in shape["required"]:
        if key not in value:
            yield f"{place}: {key} is missing"
    for key, one in value.items():
        if key in shape["properties"]:
            yield from faults(one, shape["properties"][key], f"{place}.{key}")
        else:
            yield f"{place}: {key} is unknown"
