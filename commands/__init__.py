"""The commands of `earshot`, a family a file; each loads what it needs when it runs."""
