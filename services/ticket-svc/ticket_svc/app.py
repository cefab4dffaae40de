"""Door 1: HTTP."""

from typing import cast

from fastapi import FastAPI

from common.http.app import Platform, build_app
from ticket_svc.attachments import api as attachments
from ticket_svc.customers import api as customers
from ticket_svc.messages import api as messages
from ticket_svc.settings import Settings
from ticket_svc.tickets import api as tickets
from ticket_svc.writing import api as writing

_ROUTERS = [
    tickets.router,
    messages.router,
    writing.router,
    attachments.router,
    attachments.links_router,
    customers.router,
]


def build(platform: Platform) -> FastAPI:
    """The HTTP application of ticket-svc."""
    settings = cast("Settings", platform.settings)
    uploads = {f"POST {attachments.UPLOADS}": settings.max_upload_bytes}
    return build_app("ticket-svc", platform, _ROUTERS, larger_bodies=uploads)
