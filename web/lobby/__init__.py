"""The lobby of a drop-in hour."""
