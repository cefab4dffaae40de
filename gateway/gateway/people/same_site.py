"""Whether a change that a browser asks for comes from our own pages (against cross-site request forgery). Pure.

A session cookie is sent by the browser whoever made it ask. So a change made with one must show one of two things that
a foreign page cannot produce: the header `x-kefu-csrf: 1`, which no page of another origin may send without a CORS
permission that we never give; or `Sec-Fetch-Site: same-origin`, which browsers set themselves and pages cannot.
`SameSite=Strict` on the cookie is the second wall.
"""

from collections.abc import Mapping

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def may_change(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a request that carries a session cookie may go on; `headers` have lower-case names."""
    if method in SAFE:
        return True
    return headers.get("x-kefu-csrf") == "1" or headers.get("sec-fetch-site") == "same-origin"


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that another site asks; such a page must not log its visitor in here either."""
    return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
