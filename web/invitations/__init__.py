"""Invitations: say yes with times, ask for others, or say no; and taking a yes back."""
