"""Pages of staff: where people are lost, releases, the audit log."""
