"""My data: see, download, correct, withdraw, erase."""
