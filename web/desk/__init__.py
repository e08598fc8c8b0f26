"""The desk: facilitators see how rooms are doing, and what they can do about it."""
