"""Standing by for somebody whose partner does not come."""
