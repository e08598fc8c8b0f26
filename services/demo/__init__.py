"""A made-up programme to look at."""
