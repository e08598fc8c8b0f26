"""A programme as the world sees it: its own page, and the way off its guest list."""
