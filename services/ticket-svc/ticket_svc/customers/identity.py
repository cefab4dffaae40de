"""When two customers are the same one: their identities in one spelling, and in which order they are asked. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

EMAIL = r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$"
"""What is taken for an e-mail address; whether mail arrives there only sending can tell."""

PHONE = r"^\+?[0-9](?:[ ()./-]{0,2}[0-9]){4,19}$"
"""5 to 20 digits, written with the usual separators."""

_CHINESE_MOBILE = re.compile(r"^1[3-9]\d{9}$")

HandleKind = Literal[
    "douyin",
    "weibo",
    "xiaohongshu",
    "kuaishou",
    "qq",
    "whatsapp",
    "telegram",
    "line",
    "x",
    "facebook",
    "instagram",
]
"""The networks at which a customer may have a name."""

Kind = Literal["external_id", "wechat_unionid", "wechat_openid", "email", "phone", HandleKind]
"""What a customer can be recognised by."""

KINDS: tuple[str, ...] = ("external_id", "wechat_unionid", "wechat_openid", "email", "phone", *get_args(HandleKind))
"""The kinds, strongest first: in this order a customer is looked for. The networks are equals."""

SHOWN = ("external_id", "email", "phone")
"""The kinds of which a customer's row carries one: the first they have, until it is taken away."""

VOUCHED = ("external_id", "wechat_unionid", "wechat_openid")
"""The kinds that another system says of a person, so that nobody can claim another's."""


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


def handle_key(name: str) -> str:
    """One spelling of a name at a network: without the @ before it, and networks do not tell cases apart."""
    return name.strip().removeprefix("@").casefold()


def one_spelling(kind: str, value: str) -> str:
    """The value of an identity as it is kept and compared. Ids of other systems are theirs: not a letter is changed."""
    if kind in VOUCHED:
        return value
    if kind == "email":
        return email_key(value)
    return phone_key(value) if kind in ("phone", "whatsapp") else handle_key(value)


def fits(kind: str, value: str) -> bool:
    """Whether the value looks like one of its kind."""
    if kind == "email":
        return len(value) <= 254 and bool(re.match(EMAIL, value))
    if kind in ("phone", "whatsapp"):
        return len(value) <= 60 and bool(re.match(PHONE, value))
    return bool(one_spelling(kind, value))


@dataclass(frozen=True, slots=True)
class Identity:
    """One thing that a customer can be recognised by; `scope` is the appid of a WeChat openid, and else empty."""

    kind: str
    value: str
    scope: str = ""


def identity(kind: str, value: str, scope: str | None = None) -> Identity:
    """An identity in its one spelling."""
    return Identity(kind, one_spelling(kind, value), scope or "")
