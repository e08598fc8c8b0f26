"""Entry point: pages, rooms, dashboards."""
