"""What stands where a person was erased, in each language."""

from common.contracts.tickets import Language

ERASED: dict[Language, str] = {"zh": "已删除的客户", "en": "Erased customer"}
"""What an erased customer is called."""
