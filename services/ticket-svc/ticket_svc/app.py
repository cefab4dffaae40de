"""Door 1: HTTP."""

from fastapi import FastAPI

from common.http.app import Platform, build_app
from ticket_svc.customers import api as customers
from ticket_svc.search import api as search
from ticket_svc.tickets import api as tickets


def build(platform: Platform) -> FastAPI:
    """The HTTP application of ticket-svc."""
    return build_app("ticket-svc", platform, [tickets.router, search.router, customers.router])
