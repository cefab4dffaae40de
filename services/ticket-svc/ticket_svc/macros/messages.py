"""What macros say by themselves, in each language: answers, and what stands between several choices."""

from common.contracts.tickets import Language

YES_NO: dict[Language, tuple[str, str]] = {"zh": ("是", "否"), "en": ("yes", "no")}
BETWEEN: dict[Language, str] = {"zh": "、", "en": ", "}
BELOW = " / "
"""Between a choice and what stands below it."""
NOTHING = "—"
"""In a note, where a ticket has no value."""
