"""What else somebody may have typed: a ticket's number or id elsewhere, a customer's name, address or telephone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ticket_svc.customers.identity import email_key, phone_key

_NUMBER = re.compile(r"[#＃]?\s*([0-9]{1,18})")
_PHONE = re.compile(r"\+?[0-9](?:[ ()./-]{0,2}[0-9]){3,19}")
_ADDRESS = re.compile(r"[!-~]{3,254}")
SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Named:
    """What the text may be, None or nothing where it cannot be that. Addresses, phones and names are beginnings."""

    external_id: str
    number: int | None
    email: str | None
    phones: list[str]
    names: list[str]


def named(text: str) -> Named:
    """What `text` may be besides words, in the spellings that are stored."""
    text = text.strip()
    number = _NUMBER.fullmatch(text)
    return Named(
        external_id=text,
        number=int(number[1]) if number else None,
        email=email_key(text) if _ADDRESS.fullmatch(text) else None,
        phones=_phones(text) if _PHONE.fullmatch(text) else [],
        names=_names(text) if len(text) >= SHORTEST_NAME else [],
    )


def _phones(text: str) -> list[str]:
    """A beginning of a Chinese mobile number is stored with the country's code once the number is whole."""
    digits = re.sub(r"\D", "", text)
    return list(dict.fromkeys([phone_key(text), digits, f"+86{digits}"]))


def _names(text: str) -> list[str]:
    """Names are stored as they were told: as typed, and as people write names."""
    return list(dict.fromkeys([text, text.lower(), text.title(), text.upper()]))
