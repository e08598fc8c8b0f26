"""How it was: the questions after a conversation, and the card that stays."""
