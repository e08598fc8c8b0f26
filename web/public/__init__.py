"""Pages for everybody: what Earshot is, and the pledge."""
