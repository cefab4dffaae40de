"""Door 1: HTTP."""

from typing import cast

from fastapi import FastAPI

from common.http.app import Platform, build_app
from ticket_svc.attachments import api as attachments
from ticket_svc.attributes import api as attributes
from ticket_svc.audit import api as audit
from ticket_svc.bulk import api as bulk
from ticket_svc.changes import api as changes
from ticket_svc.customers import api as customers
from ticket_svc.exports import api as exports
from ticket_svc.fields import api as fields
from ticket_svc.history import api as history
from ticket_svc.incidents import api as incidents
from ticket_svc.joining import api as joining
from ticket_svc.linking import api as linking
from ticket_svc.macros import api as macros
from ticket_svc.merging import api as merging
from ticket_svc.messages import api as messages
from ticket_svc.organisations import api as organisations
from ticket_svc.rights import api as rights
from ticket_svc.rules import api as rules
from ticket_svc.search import api as search
from ticket_svc.settings import Settings
from ticket_svc.statuses import api as statuses
from ticket_svc.tags import api as tags
from ticket_svc.teams import api as teams
from ticket_svc.tickets import api as tickets
from ticket_svc.timeline import api as timeline
from ticket_svc.views import api as views
from ticket_svc.writing import api as writing

_ROOMS = (
    tickets,
    messages,
    writing,
    attachments,
    merging,
    linking,
    incidents,
    bulk,
    rules,
    macros,
    tags,
    fields,
    views,
    customers,
    joining,
    rights,
    audit,
    timeline,
    search,
    organisations,
    attributes,
    statuses,
    teams,
    changes,
    exports,
    history,
)


def build(platform: Platform) -> FastAPI:
    """The HTTP application of ticket-svc."""
    settings = cast("Settings", platform.settings)
    larger = (attachments.UPLOADS, history.HISTORY)
    uploads = {f"POST {path}": settings.max_upload_bytes for path in larger}
    routers = [*(room.router for room in _ROOMS), attachments.links_router, exports.links_router]
    return build_app("ticket-svc", platform, routers, larger_bodies=uploads)
