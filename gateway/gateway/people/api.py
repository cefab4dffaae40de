"""Routes: login and logout, who am I, users."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from common.contracts.gateway import Role
from common.http import etag
from common.http.cursors import Page, Pages
from common.http.etag import IfMatch
from common.http.given import Who
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, public
from gateway.people import read
from gateway.people.add import add_person
from gateway.people.change import change_person
from gateway.people.change_password import change_own_password
from gateway.people.cookie import forget, welcome
from gateway.people.demo import enter_demo, is_this_machine
from gateway.people.log_in import log_in
from gateway.people.passwords import hash_password
from gateway.people.schemas import AddPerson, ChangePassword, ChangePerson, LoggedIn, LogIn, Me, PersonView
from gateway.people.session import COOKIE, end_session
from gateway.people.signed_in import signed_in

router = Router(tags=["people"])


def _answers(**texts: str) -> dict[int | str, dict[str, Any]]:
    return {int(status[1:]): {"model": ProblemDocument, "description": text} for status, text in texts.items()}


@router.post(
    "/v1/login",
    dependencies=[public],
    responses=_answers(_401="Wrong address or password", _403="Asked by another site", _429="Too many attempts"),
)
async def login(wanted: LogIn, request: Request, response: Response, now: Now) -> LoggedIn:
    """Begin a session, which is in the cookie. Repeated failures from one address have to wait."""
    address = request.client.host if request.client else ""
    database = request.app.state.platform.database
    new = await log_in(database, wanted.email, wanted.password, address=address, now=now)
    return welcome(request, response, new)


@router.post("/v1/demo-login", dependencies=[public], responses=_answers(_403="Asked by another site"))
async def demo_login(request: Request, response: Response, db: Tx, now: Now) -> LoggedIn:
    """Log in as the demo's supervisor: only in demo mode, and only from the machine that Kefu runs on."""
    address, host = request.client.host if request.client else "", request.headers.get("host", "")
    offered = request.app.state.platform.settings.demo and is_this_machine(address, host)
    return welcome(request, response, await enter_demo(db, offered=offered, now=now))


@router.post("/v1/logout", status_code=204, dependencies=[public], responses=_answers(_403="Asked by another site"))
async def logout(request: Request, response: Response, db: Tx) -> None:
    """End this session; without one, nothing happens."""
    await end_session(db, request.cookies.get(COOKIE, ""))
    forget(request, response)


@router.get("/v1/me", dependencies=[signed_in])
async def me(who: Who) -> Me:
    """Who is asking, and what they may do."""
    return read.me(who)


@router.post("/v1/me/password", status_code=204, dependencies=[signed_in])
async def change_my_password(wanted: ChangePassword, request: Request, response: Response, who: Who, now: Now) -> None:
    """Change one's own password. All sessions end, this one too."""
    database = request.app.state.platform.database
    await change_own_password(database, who.id, current=wanted.current, new=wanted.new, now=now)
    forget(request, response)


# No Idempotency-Key here: its record would keep a fast hash of a body that holds a password. The address is unique.
@router.post(
    "/v1/users",
    status_code=201,
    dependencies=[needs("users:write")],
    responses=_answers(_409="The e-mail address is taken"),
)
async def add(wanted: AddPerson, response: Response, db: Tx, now: Now) -> PersonView:
    """Add a member of staff."""
    new = await add_person(db, wanted, await hash_password(wanted.password), now)
    etag.tag(response, new.version)
    response.headers["Location"] = f"/v1/users/{new.id}"
    return PersonView.model_validate(new)


@router.get("/v1/users", dependencies=[needs("users:read")])
async def users(
    db: Reads,
    pages: Pages,
    role: Annotated[Role | None, Query()] = None,
    active: Annotated[bool | None, Query()] = None,
) -> Page[PersonView]:
    """Members of staff, newest first."""
    return await read.some(db, pages, role=role, active=active)


@router.get("/v1/users/{user_id}", dependencies=[needs("users:read")])
async def user(user_id: UUID, response: Response, db: Reads) -> PersonView:
    """One member of staff."""
    row = await read.one(db, user_id)
    etag.tag(response, row.version)
    return PersonView.model_validate(row)


@router.patch(
    "/v1/users/{user_id}",
    dependencies=[needs("users:write")],
    responses=_answers(_409="The last admin", _412="Changed meanwhile", _428="If-Match is missing"),
)
async def change(
    user_id: UUID, wanted: ChangePerson, response: Response, db: Tx, seen: IfMatch, now: Now
) -> PersonView:
    """Change a member of staff. A new password, or `active: false`, ends all their sessions."""
    changes = wanted.model_dump(exclude={"password"}, exclude_none=True)
    hashed = await hash_password(wanted.password) if wanted.password else None
    row = await change_person(db, user_id, changes, password_hash=hashed, seen=seen, now=now)
    etag.tag(response, row.version)
    return PersonView.model_validate(row)
