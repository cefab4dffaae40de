"""Door 1: HTTP."""

from fastapi import FastAPI

from common.http.app import Platform, build_app
from kb_svc.articles import api as articles
from kb_svc.search import api as search
from kb_svc.suggestions import api as suggestions


def build(platform: Platform) -> FastAPI:
    """The HTTP application of kb-svc."""
    return build_app("kb-svc", platform, [articles.router, search.router, suggestions.router])
