"""Reports, blocks, the desk, who is on duty, and whom to call."""
