"""What the customers room says to people, in each language."""

from common.contracts.tickets import Language

VISITOR: dict[Language, str] = {"zh": "访客", "en": "Visitor"}
"""The name of a customer who told us nothing."""
