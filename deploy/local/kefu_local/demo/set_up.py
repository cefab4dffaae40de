"""The shop before it opens: colleagues with their skills, and articles. Running it again changes nothing."""

from __future__ import annotations

from common.embedded.kept import Kept
from kefu_local.demo.articles import articles
from kefu_local.demo.people import BUYERS, COLLEAGUES, SKILLS, Colleague
from kefu_local.demo.visitor import Refusal, Visitor
from kefu_local.keys import login


async def set_up(admin: Visitor, logins: Kept) -> dict[str, str]:
    """Make everything that is not there; the agents' ids by their e-mail address."""
    for skill, topics in SKILLS.items():
        await admin.ask("PUT", f"/v1/skills/{skill}", {"topics": topics})
    ids = {colleague.email: await _colleague(admin, colleague, logins) for colleague in COLLEAGUES}
    for article in articles():
        await admin.ask("POST", "/v1/articles", article)
    for buyer in BUYERS:
        known = {"name": buyer.name, "email": buyer.email, "tier": buyer.tier, "language": buyer.language}
        await admin.ask("POST", "/v1/customers", {**known, "external_id": f"demo:{buyer.email}"})
    return ids


async def _colleague(admin: Visitor, colleague: Colleague, logins: Kept) -> str:
    email, password = login(logins, f"demo:{colleague.email}", colleague.email)
    person = {"email": email, "password": password, "name": colleague.name, "language": colleague.language}
    try:
        found = str((await admin.ask("POST", "/v1/users", {**person, "role": "agent"}))["id"])
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        found = await _find(admin, email)
    profile = {"name": colleague.name, "skills": colleague.skills, "capacity": colleague.capacity}
    await admin.ask("PUT", f"/v1/agents/{found}", profile)
    return found


async def _find(admin: Visitor, email: str) -> str:
    cursor: dict[str, str] = {}
    while True:
        page = await admin.get("/v1/users", limit=200, **cursor)
        for user in page["items"]:
            if user["email"] == email:
                return str(user["id"])
        if not page["next_cursor"]:
            raise LookupError(email)
        cursor = {"cursor": page["next_cursor"]}
