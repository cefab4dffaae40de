"""Door 1: HTTP."""

from fastapi import FastAPI

from common.http.app import Platform, build_app
from ticket_svc.bulk import api as bulk
from ticket_svc.customers import api as customers
from ticket_svc.fields import api as fields
from ticket_svc.tags import api as tags
from ticket_svc.tickets import api as tickets
from ticket_svc.views import api as views


def build(platform: Platform) -> FastAPI:
    """The HTTP application of ticket-svc."""
    rooms = (tickets, bulk, tags, fields, views, customers)
    return build_app("ticket-svc", platform, [room.router for room in rooms])
