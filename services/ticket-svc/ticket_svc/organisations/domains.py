"""Which mail domain says that a person belongs to an organisation. Pure."""

from __future__ import annotations

from collections.abc import Sequence

DOMAIN = r"^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$"
"""A domain name in its ASCII form, two labels at least."""

PUBLIC = frozenset(
    {
        *("qq.com", "vip.qq.com", "foxmail.com", "163.com", "vip.163.com", "126.com", "vip.126.com", "yeah.net"),
        *("188.com", "sina.com", "sina.cn", "vip.sina.com", "sohu.com", "tom.com", "21cn.com", "aliyun.com"),
        *("139.com", "189.cn", "wo.cn", "263.net", "aol.com", "gmail.com", "googlemail.com", "outlook.com"),
        *("hotmail.com", "live.com", "live.cn", "msn.com", "outlook.cn", "icloud.com", "me.com", "mac.com"),
        *("yahoo.com", "yahoo.cn", "yahoo.com.cn", "yahoo.co.jp", "yahoo.com.tw", "yahoo.com.hk", "ymail.com"),
        *("proton.me", "protonmail.com", "pm.me", "gmx.com", "gmx.de", "gmx.net", "web.de", "mail.com", "mail.ru"),
        *("yandex.com", "yandex.ru", "naver.com", "daum.net", "hanmail.net", "zoho.com", "fastmail.com", "hey.com"),
    }
)
"""Where anybody may have an address: it says nothing of where they belong."""


def domain_key(domain: str) -> str:
    """One spelling of a domain."""
    return domain.strip().lower()


def domain_of(email: str | None) -> str | None:
    """The domain that says where somebody with this address belongs; None for public providers and no address."""
    if not email or "@" not in email:
        return None
    domain = domain_key(email.rpartition("@")[2])
    return None if domain in PUBLIC else domain


def public_ones(domains: Sequence[str]) -> list[int]:
    """The places of those domains at which anybody may have an address."""
    return [place for place, domain in enumerate(domains) if domain_key(domain) in PUBLIC]
