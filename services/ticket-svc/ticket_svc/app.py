"""Door 1: HTTP."""

from fastapi import FastAPI

from common.http.app import Platform, build_app
from ticket_svc.attributes import api as attributes
from ticket_svc.customers import api as customers
from ticket_svc.joining import api as joining
from ticket_svc.organisations import api as organisations
from ticket_svc.tickets import api as tickets
from ticket_svc.timeline import api as timeline


def build(platform: Platform) -> FastAPI:
    """The HTTP application of ticket-svc."""
    rooms = (tickets, customers, joining, timeline, organisations, attributes)
    return build_app("ticket-svc", platform, [room.router for room in rooms])
