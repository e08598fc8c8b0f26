"""Who meets: pairing people who differ in views around values they share."""

from matcher.errors import BadInput
from matcher.pairing import pair
from matcher.policy import Policy
from matcher.round import Round

__all__ = ["BadInput", "Policy", "Round", "pair"]
