"""The profile: one question a screen, saved at every answer."""
