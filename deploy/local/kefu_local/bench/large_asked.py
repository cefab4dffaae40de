"""What is asked of a large database. Another kind of request is measured by adding a line to KINDS. Pure but for the
source of chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from urllib.parse import quote

PAGE = 40
"""Tickets of a page where pages are counted: page 2,000 is the 80,000th ticket."""

AGENTS = "SELECT agent_id::text FROM ticket WHERE status = 'open' GROUP BY 1 ORDER BY count(*) DESC LIMIT 50"
CUSTOMERS = "SELECT customer_id::text FROM ticket GROUP BY 1 HAVING count(*) > 1 LIMIT 500"
MOST = "SELECT customer_id::text FROM ticket GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
VIEWS = "SELECT id::text FROM ticket_view"
TICKETS = "SELECT id::text FROM ticket ORDER BY md5(id::text) LIMIT 500"
NONE = "SELECT '' WHERE FALSE"

RARE = ("鼓包 青岛", "镜头起雾 兑换", "流萤 投影仪", "swollen Bergen", "foggy Tanaka")
FREQUENT = ("退款 订单", "退款 元", "订单 快递", "客服 天内", "order refund", "days phone")
MIDDLING = ("退款 发票", "耳机 漏水", "验证码 手机", "优惠券 元", "invoice amount", "charged bank", "points exchange")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request: the SQL of what it is about, and its path."""

    values: str
    path: Callable[[Random, Sequence[str]], str]


def _search(pairs: Sequence[str], more: str = "") -> Kind:
    return Kind(NONE, lambda draw, _: f"/v1/ticket-search?limit=20&q={quote(draw.choice(pairs))}{more}")


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "newest 50": Kind(NONE, lambda *_: "/v1/tickets?limit=50"),
        "newest 50 by status and assignee": Kind(
            AGENTS, lambda draw, ids: f"/v1/tickets?limit=50&status=open&agent_id={draw.choice(ids)}"
        ),
        "newest 50 of a topic": Kind(
            NONE, lambda draw, _: f"/v1/tickets?limit=50&topic=special-{draw.randrange(28):02d}"
        ),
        "a view, three conditions": Kind(VIEWS, lambda draw, ids: f"/v1/views/{draw.choice(ids)}/tickets?limit=50"),
        "a customer's tickets": Kind(CUSTOMERS, lambda draw, ids: f"/v1/tickets?customer_id={draw.choice(ids)}"),
        "a customer's timeline": Kind(CUSTOMERS, lambda draw, ids: f"/v1/customers/{draw.choice(ids)}/timeline"),
        "the timeline of who has most tickets": Kind(MOST, lambda _, ids: f"/v1/customers/{ids[0]}/timeline"),
        "one ticket": Kind(TICKETS, lambda draw, ids: f"/v1/tickets/{draw.choice(ids)}"),
        "its messages": Kind(TICKETS, lambda draw, ids: f"/v1/tickets/{draw.choice(ids)}/messages"),
        "search, two words": _search(MIDDLING),
        "search, two frequent words": _search(FREQUENT),
        "search, two rare words": _search(RARE),
        "search, a word in a third": _search(("退款", "refund")),
        "search, frequent words of open tickets": _search(FREQUENT, "&status=open"),
        "search, two words never together": _search(("退款 refund", "订单 invoice")),
        "search, a telephone's beginning": Kind(
            NONE,
            lambda draw, _: f"/v1/ticket-search?limit=20&q=1{draw.randrange(30, 99)}000{draw.randrange(1000):03d}",
        ),
    }
)
"""Every kind of request that is measured, by its name in the table."""
