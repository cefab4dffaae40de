"""The session cookie: out of reach of scripts, never sent from other sites, and only by HTTPS where there is HTTPS."""

from __future__ import annotations

from fastapi import Request, Response

from gateway.people.log_in import Welcome
from gateway.people.schemas import LoggedIn, PersonView
from gateway.people.session import COOKIE


def welcome(request: Request, response: Response, new: Welcome) -> LoggedIn:
    """Set the cookie, and show who logged in. It has no end of its own: the session's is kept here, and slides."""
    response.set_cookie(COOKIE, new.token, path="/", httponly=True, samesite="strict", secure=_is_secure(request))
    response.headers["Cache-Control"] = "no-store"
    return LoggedIn(user=PersonView.model_validate(new.person))


def forget(request: Request, response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=_is_secure(request))


def _is_secure(request: Request) -> bool:
    public_url: str = request.app.state.platform.settings.public_url
    return request.url.scheme == "https" or public_url.startswith("https://")
