"""What the browser gets, and the script that builds it."""
