"""Door 1: HTTP. The control plane is FastAPI; the door in front of it forwards what belongs to the services."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

from fastapi import FastAPI
from starlette.middleware import Middleware

from common.http.app import Platform, build_app
from common.http.identity import Mint
from gateway.door import Door
from gateway.forwarding import api as forwarding
from gateway.forwarding.described import Described
from gateway.forwarding.forward import Forward
from gateway.forwarding.status import Lookout
from gateway.forwarding.upstreams import Upstreams
from gateway.identities import Identities
from gateway.keys import api as keys
from gateway.live import api as live
from gateway.live.watch import Watch
from gateway.pages.serve import add_pages
from gateway.people import api as people
from gateway.people.bootstrap import keep_trying
from gateway.presence import api as presence
from gateway.presence.lookout import Lookout as PresenceLookout
from gateway.settings import GatewaySettings

_FIRST_ADMIN_WITHIN = 3.0


def build(platform: Platform) -> FastAPI:
    """The gateway's application. `app.state.bus` must be set before the first viewer of the live stream comes."""
    settings = cast("GatewaySettings", platform.settings)
    mint = Mint(settings.identity_private_key.get_secret_value())
    identities = Identities(platform.database, platform.clock, mint)
    upstreams = Upstreams(settings.upstreams)
    forward = Forward(upstreams)
    app = build_app(
        "gateway",
        platform,
        [people.router, keys.router, live.router, presence.router, forwarding.router],
        long_lived={"/v1/events"},
        # Counted here and at the service: whoever gets past one of them meets the other.
        larger_bodies=dict.fromkeys(("POST /v1/attachments", "POST /v1/tickets/import"), settings.max_upload_bytes),
        middleware=[Middleware(Door, identities=identities, forward=forward)],
        lifespan=_lifespan,
    )
    app.state.identities, app.state.upstreams, app.state.forward = identities, upstreams, forward
    app.state.lookout, app.state.described = Lookout(upstreams), Described(upstreams)
    app.state.watch = Watch(lambda: platform.draining)
    app.state.presence = PresenceLookout(platform.database, platform.clock)
    _merged_description_only(app)
    add_pages(app)
    return app


def _merged_description_only(app: FastAPI) -> None:
    # The first route of a path wins, and FastAPI's own is the first; app.openapi() still makes the gateway's part.
    own = next(route for route in app.router.routes if getattr(route, "path", "") == app.openapi_url)
    app.router.routes.remove(own)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    platform: Platform = app.state.platform
    settings = cast("GatewaySettings", platform.settings)
    first_admin: asyncio.Task[None] | None = None
    if settings.bootstrap_admin_email and settings.bootstrap_admin_password:
        email, password = settings.bootstrap_admin_email, settings.bootstrap_admin_password.get_secret_value()
        first_admin = asyncio.create_task(keep_trying(platform.database, email, password, platform.clock))
        # Who reads the first login on the screen may use it at once; a database that is away holds up nothing else.
        await asyncio.wait({first_admin}, timeout=_FIRST_ADMIN_WITHIN)
    try:
        yield
    finally:
        if first_admin is not None:
            first_admin.cancel()
            with suppress(asyncio.CancelledError):
                await first_admin
        await app.state.watch.close()
        await app.state.presence.close()
        await app.state.upstreams.close()
