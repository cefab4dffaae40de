"""The HTTP door of feedback-svc."""

from fastapi import FastAPI

from common.http.app import Platform, build_app
from feedback_svc.metrics import api as metrics
from feedback_svc.recoveries import api as recoveries
from feedback_svc.surveys import api as surveys


def build(platform: Platform) -> FastAPI:
    """The application with all its routes."""
    routers = [surveys.router, surveys.links_router, recoveries.router, metrics.router]
    return build_app("feedback-svc", platform, routers)
