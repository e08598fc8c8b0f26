"""Texts that services know and pages show."""


def N_(text: str) -> str:
    """Mark *text* to be translated where it is shown."""
    return text
