"""Accounts and participants: who takes part, what they said, what is held about them."""
