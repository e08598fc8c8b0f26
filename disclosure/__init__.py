"""What may be told: anonymised tables that expose nobody."""
