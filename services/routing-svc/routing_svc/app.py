"""Door 1: HTTP."""

from fastapi import FastAPI

from common.http.app import Platform, build_app
from routing_svc.agents import api as agents
from routing_svc.offers import api as offers
from routing_svc.skills import api as skills
from routing_svc.work import api as work


def build(platform: Platform) -> FastAPI:
    """The application with all routes of routing-svc."""
    return build_app("routing-svc", platform, [agents.router, skills.router, work.router, offers.router])
