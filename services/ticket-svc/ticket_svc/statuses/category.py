"""The fixed categories of a ticket's status. Programs decide by them, whatever an organisation calls its stages."""

from __future__ import annotations

from typing import Literal, get_args

Category = Literal["new", "open", "pending", "on_hold", "resolved", "closed"]
"""`pending` waits on the customer, `on_hold` on another party: a department, a supplier, a courier."""

NAMEABLE = ("open", "pending", "on_hold", "resolved")
"""The categories that may have names of their own; `new` and `closed` say one thing only."""

CATEGORIES: tuple[Category, ...] = get_args(Category)
