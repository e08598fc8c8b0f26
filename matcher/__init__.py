"""Who meets: pairing people who differ in views around values they share."""
