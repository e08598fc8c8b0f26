"""The demonstration: one-click entry, a practice partner, an outbox. On loopback only."""
