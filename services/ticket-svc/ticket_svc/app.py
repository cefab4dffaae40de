"""Door 1: HTTP."""

from fastapi import FastAPI

from common.http.app import Platform, build_app
from ticket_svc.customers import api as customers
from ticket_svc.search import api as search
from ticket_svc.tickets import api as tickets


def build(platform: Platform) -> FastAPI:
    """The HTTP application of ticket-svc."""
    # The search stands before the tickets: there its path would be taken for a ticket's id.
    return build_app("ticket-svc", platform, [search.router, tickets.router, customers.router])
