"""The journey: the seven steps, what a pair offers each other, and what they have signed."""
