"""Failures in words: what went wrong, what was kept, what to do."""


def explain(error: Exception) -> str:
    """Say what went wrong, what was kept and what to do, for people who run Earshot."""
    text = str(getattr(error, "orig", None) or error) or type(error).__name__
    if "database or disk is full" in text or "No space left" in text:
        return "The disk is full. What was committed is kept; nothing of this step was. Make room."
    if "no such table" in text or "UndefinedTable" in type(error).__name__:
        return "The database has no tables yet. Nothing was changed. Run `earshot migrate`."
    if isinstance(error, OSError) and error.filename and not isinstance(error, ConnectionError):
        return f"{error.filename}: {error.strerror}."
    return text
