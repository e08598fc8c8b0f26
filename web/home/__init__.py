"""Home: the one next thing, then the journey."""
