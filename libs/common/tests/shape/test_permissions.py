"""Every route of every application names the permission it needs, one that exists, and the gateway leads to it."""

from collections.abc import AsyncIterator, Iterable, Iterator
from importlib import import_module

import pytest
import pytest_asyncio
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from common.clock import SystemClock
from common.db import Database
from common.http.app import Platform
from common.http.cursors import Cursors
from common.http.identity import Verifier
from common.http.permissions import EVERY
from common.made_of import Service
from common.testing.stage import SECRET, keys
from gateway.forwarding.prefixes import way_of

PACKAGES = ("ticket_svc", "routing_svc", "kb_svc", "feedback_svc", "gateway")
# For the machines that watch, and for the description itself; they tell nothing of anybody.
OPEN = {"/livez", "/readyz", "/metrics", "/openapi.json"}
# Anybody, and anybody who is logged in: about themselves only.
NO_PERMISSION = {"public", "signed in"}
PUBLIC = {
    # The links carry their own signature.
    "feedback-svc": {"GET /s/{token}", "POST /s/{token}"},
    "ticket-svc": {"GET /a/{token}", "GET /x/{token}"},
    "gateway": {
        "GET /openapi.json",
        "GET /v1/status",
        "POST /v1/login",
        "POST /v1/logout",
        # In demo mode only, and from this machine only.
        "POST /v1/demo-login",
    },
}
# The gateway's pages: what they show, they ask for with the viewer's own permissions.
PAGES = {"/", "/docs", "/assets", "/assets/swagger"}


@pytest_asyncio.fixture(loop_scope="session", params=PACKAGES)
async def app(request: pytest.FixtureRequest) -> AsyncIterator[FastAPI]:
    """The application of each package; nothing is asked of a database."""
    service: Service = import_module(f"{request.param}.made_of").SERVICE
    settings = service.settings.model_validate(
        {
            "database_url": "postgresql://nobody@127.0.0.1:1/nothing",
            "bus": "kafka://127.0.0.1:1",
            "identity_public_key": keys()[1],
            "identity_private_key": keys()[0],
            "signing_secret": SECRET,
        }
    )
    database = Database(settings.database_url)
    platform = Platform(
        settings=settings,
        clock=SystemClock(),
        database=database,
        verifier=Verifier(keys()[1]),
        cursors=Cursors(SECRET),
        package=service.package,
    )
    yield service.build(platform)
    await database.close()


def flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """The routes, with those of included routers: FastAPI keeps the routers and looks into them at each request."""
    for route in routes:
        router = getattr(route, "original_router", None)
        if isinstance(router, APIRouter):
            yield from flat(router.routes)
        else:
            yield route


def unguarded(routes: Iterable[BaseRoute]) -> list[str]:
    """The routes that name no permission, or one that does not exist."""
    return [
        f"{route.path}: {permission}"
        for route in flat(routes)
        if isinstance(route, APIRoute)
        and (permission := (route.openapi_extra or {}).get("x-permission")) not in EVERY | NO_PERMISSION
    ]


def astray(routes: Iterable[BaseRoute], application: str) -> list[str]:
    """The routes that the gateway does not lead to this application, or leads only those who are known to, or all."""
    found = []
    for route in flat(routes):
        if isinstance(route, APIRoute) and route.path not in OPEN:
            way, public = way_of(route.path), (route.openapi_extra or {}).get("x-permission") == "public"
            led_to = f"{way.service}-svc" if way else "gateway"
            if led_to != application or (way and way.open != public):
                found.append(f"{route.path}: {led_to}{', open' if way and way.open else ''}")
    return found


def beside_the_rules(routes: Iterable[BaseRoute]) -> set[str]:
    """The paths that are no routes of ours: nothing checks a permission there."""
    return {getattr(route, "path", repr(route)) for route in flat(routes) if not isinstance(route, APIRoute)}


@pytest.mark.asyncio
async def test_every_route_names_a_permission_that_exists(app: FastAPI) -> None:
    assert any(isinstance(route, APIRoute) for route in flat(app.routes))
    assert unguarded(app.routes) == []


@pytest.mark.asyncio
async def test_only_pages_and_probes_stand_beside_the_rules(app: FastAPI) -> None:
    pages = PAGES if app.title == "gateway" else set()
    assert beside_the_rules(app.routes) - OPEN == pages


@pytest.mark.asyncio
async def test_the_gateway_leads_to_every_route(app: FastAPI) -> None:
    assert astray(app.routes, app.title) == []


@pytest.mark.asyncio
async def test_what_anybody_may_call_is_known(app: FastAPI) -> None:
    # A new public route is a decision: it is written down here, too.
    found = {
        f"{method} {route.path}"
        for route in flat(app.routes)
        if isinstance(route, APIRoute) and (route.openapi_extra or {}).get("x-permission") == "public"
        for method in route.methods or ()
    }
    assert found == PUBLIC.get(app.title, set())


def test_a_planted_route_without_a_permission_is_found() -> None:
    planted = APIRouter()

    @planted.get("/v1/secrets")
    async def secrets() -> None:
        return None

    @planted.get("/v1/others", openapi_extra={"x-permission": "secrets:read"})
    async def others() -> None:
        return None

    app = FastAPI(openapi_url=None)
    app.include_router(planted)
    app.mount("/files", FastAPI())
    assert unguarded(app.routes) == ["/v1/secrets: None", "/v1/others: secrets:read"]
    assert beside_the_rules(app.routes) == {"/files"}


def test_a_planted_route_that_the_gateway_does_not_know_is_found() -> None:
    planted = APIRouter()
    for path in ("/v1/forgotten", "/v1/tickets/{ticket_id}/new", "/v1/articles", "/s/{token}", "/a/{token}"):
        planted.get(path)(lambda: None)
    planted.get("/v1/macros", openapi_extra={"x-permission": "public"})(lambda: None)
    found = [
        "/v1/forgotten: gateway",
        "/v1/articles: kb-svc",
        "/s/{token}: feedback-svc, open",
        "/a/{token}: ticket-svc, open",
    ]
    assert astray(planted.routes, "ticket-svc") == [*found, "/v1/macros: ticket-svc"]
