"""What may be told: exact counts for staff, releases and extracts for others."""
