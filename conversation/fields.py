"""The building blocks of a schema: one field for each kind of value an act may carry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

LONGEST_TEXT = 2000  # characters of one message


class Refused(Exception):
    """An act that the rules do not allow now; `code` is for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Field:
    """One key of an act: how it is checked, and what a reader of the protocol is told."""

    check: Callable[[str, Any], None]
    says: str
    shape: Mapping[str, Any]  # JSON Schema
    optional: bool = False


Schema: TypeAlias = Mapping[str, Field]


def text(longest: int = LONGEST_TEXT, shortest: int = 1, optional: bool = False) -> Field:
    """Return a field for written words, counted in characters."""

    def check(key: str, value: Any) -> None:
        if not isinstance(value, str):
            raise Refused("wrong_type", f"{key} must be text.")
        if len(value) > longest:
            raise Refused(
                "too_long", f"{key} may have {longest:,} characters; it has {len(value):,}."
            )
        if len(value.strip()) < shortest:
            raise Refused("empty", f"{key} is empty.")

    shape = {"type": "string", "minLength": shortest, "maxLength": longest}
    return Field(check, f"text, {shortest} to {longest} characters", shape, optional)


def number(low: int, high: int) -> Field:
    """Return a field for a whole number within bounds, both included."""

    def check(key: str, value: Any) -> None:
        if type(value) is not int:
            raise Refused("wrong_type", f"{key} must be a whole number.")
        if not low <= value <= high:
            raise Refused("unknown_value", f"{key} must be from {low} to {high}.")

    shape = {"type": "integer", "minimum": low, "maximum": high}
    return Field(check, f"whole number, {low} to {high}", shape)


def numbers(most: int, high: int) -> Field:
    """Return a field for a list of different whole numbers from 0 to `high`."""
    each = number(0, high)

    def check(key: str, value: Any) -> None:
        if not isinstance(value, list):
            raise Refused("wrong_type", f"{key} must be a list of whole numbers.")
        if len(value) > most:
            raise Refused("too_long", f"{key} may have {most} entries; it has {len(value)}.")
        for entry in value:
            each.check(key, entry)
        if len(set(value)) < len(value):
            raise Refused("unknown_value", f"{key} names one entry twice.")

    shape = {"type": "array", "items": each.shape, "maxItems": most, "uniqueItems": True}
    return Field(check, f"list of at most {most} different whole numbers from 0", shape)


def flag() -> Field:
    """Return a field for true or false."""

    def check(key: str, value: Any) -> None:
        if not isinstance(value, bool):
            raise Refused("wrong_type", f"{key} must be true or false.")

    return Field(check, "true or false", {"type": "boolean"})


def choice(*known: str) -> Field:
    """Return a field for one of a few words."""

    def check(key: str, value: Any) -> None:
        if not isinstance(value, str):
            raise Refused("wrong_type", f"{key} must be text.")
        if value not in known:
            raise Refused("unknown_value", f"{key} must be one of {', '.join(known)}.")

    return Field(check, "one of " + ", ".join(known), {"enum": list(known)})


def differences() -> Field:
    """Return a field for the difference card: items with both seats' answers from 1 to 5."""
    parts = {"text": text(400), "a": number(1, 5), "b": number(1, 5)}

    def check(key: str, value: Any) -> None:
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise Refused("wrong_type", f"{key} must be a list of objects.")
        for entry in value:
            check_keys(entry, parts)

    shape = {"type": "array", "items": to_shape(parts)}
    return Field(check, "list of {text, a, b}; a and b are answers from 1 to 5", shape)


def to_shape(schema: Schema) -> dict[str, Any]:
    """Return *schema* as JSON Schema: an object with these keys and no others."""
    return {
        "type": "object",
        "properties": {key: field.shape for key, field in schema.items()},
        "required": [key for key, field in schema.items() if not field.optional],
        "additionalProperties": False,
    }


def check_keys(data: Mapping[str, Any], schema: Schema) -> None:
    """Raise Refused unless `data` has the keys of `schema` and each fits."""
    if not data.keys() <= schema.keys():
        key = next(key for key in data if key not in schema)
        known = ", ".join(schema) or "none"
        raise Refused("unknown_key", f"There is no key {str(key)[:40]!r} here; known: {known}.")
    for key, field in schema.items():
        if key in data:
            field.check(key, data[key])
        elif not field.optional:
            raise Refused("missing_key", f"{key} is missing.")
