"""When two customers are the same one: their identities in one spelling, and in which order they are asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

EMAIL = r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$"
"""What is taken for an e-mail address; whether mail arrives there only sending can tell."""

PHONE = r"^\+?[0-9](?:[ ()./-]{0,2}[0-9]){4,19}$"
"""5 to 20 digits, written with the usual separators."""

_CHINESE_MOBILE = re.compile(r"^1[3-9]\d{9}$")


def email_key(email: str) -> str:
    """One spelling of an address: mailboxes that differ only in case are one person's."""
    return email.strip().lower()


def phone_key(phone: str) -> str:
    """One spelling of a number: `138 0013 8000`, `0086-13800138000` and `+8613800138000` are the same."""
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+86{digits}" if _CHINESE_MOBILE.match(digits) else digits


@dataclass(frozen=True, slots=True)
class Identities:
    """What a customer can be recognised by, strongest first."""

    external_id: str | None = None
    email: str | None = None
    phone: str | None = None


def identities(*, external_id: str | None, email: str | None, phone: str | None) -> Identities:
    """The identities in one spelling each."""
    return Identities(
        external_id=external_id,
        email=email_key(email) if email else None,
        phone=phone_key(phone) if phone else None,
    )
