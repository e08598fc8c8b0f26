"""Safety for two: reports, their judging, blocks, help, the roster, and after a bad end."""
