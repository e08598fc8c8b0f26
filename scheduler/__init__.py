"""Entry point: timed jobs, each a line or two that calls a service."""
