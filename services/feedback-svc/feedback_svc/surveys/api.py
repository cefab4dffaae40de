"""The HTTP doors of surveys: the list for staff, and the page behind a customer's link."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import HTMLResponse, Response

from common.http.cursors import Page, Pages
from common.http.given import Who, time_of
from common.http.problems import ProblemDocument
from common.http.route import Now, Reads, Router, Tx, needs, public
from feedback_svc.surveys.answer import answer_survey
from feedback_svc.surveys.browser import BODY, Given, PageRoute, show_question, show_thanks
from feedback_svc.surveys.course import State
from feedback_svc.surveys.link import Link, Links
from feedback_svc.surveys.open_link import open_link
from feedback_svc.surveys.read import list_surveys, read_question
from feedback_svc.surveys.schemas import AnswerView, SurveyView

router = Router(prefix="/v1/surveys", tags=["surveys"])
links_router = APIRouter(route_class=PageRoute, prefix="/s", tags=["surveys"])


async def _links(request: Request) -> Links:
    settings = request.app.state.platform.settings
    return Links(settings.signing_secret.get_secret_value(), settings.public_url)


async def _within(request: Request) -> timedelta:
    within: timedelta = request.app.state.platform.settings.recover_within
    return within


OurLinks = Annotated[Links, Depends(_links)]


async def _asked(token: Annotated[str, Path(max_length=200)], links: OurLinks, request: Request) -> Link:
    return open_link(links, token, time_of(request))


Asked = Annotated[Link, Depends(_asked)]
Within = Annotated[timedelta, Depends(_within)]


def _problems(named: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ProblemDocument, "description": text} for status, text in named.items()}


_HTML = {"text/html": {"schema": {"type": "string"}}}
_GONE = {404: "No link of ours", 410: "The link has expired", 422: "Not valid", 503: "Away for the moment"}
_REFUSED = {**_GONE, 409: "The survey was withdrawn, or the answer stands", 415: "Neither JSON nor a form"}
_ANSWERED = {200: {"content": _HTML}} | {
    status: {**problem, "content": _HTML} for status, problem in _problems(_REFUSED).items()
}


@router.get("", dependencies=[needs("surveys:read")])
async def surveys(
    db: Reads,
    page: Pages,
    who: Who,
    links: OurLinks,
    ticket_id: Annotated[UUID | None, Query()] = None,
    customer_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
) -> Page[SurveyView]:
    """Surveys, newest first; their links are shown to those who may write surveys."""
    shown = links if who.can("surveys:write") else None
    return await list_surveys(db, page, ticket_id=ticket_id, customer_id=customer_id, state=state, links=shown)


@links_router.get("/{token}", dependencies=[public], response_class=HTMLResponse, responses=_problems(_GONE))
async def question(asked: Asked, db: Reads, now: Now) -> HTMLResponse:
    """The survey's page. Opening it records nothing."""
    return show_question(await read_question(db, asked, now))


@links_router.post(
    "/{token}",
    dependencies=[public],
    response_model=AnswerView,
    responses=_ANSWERED,
    openapi_extra=BODY,
)
async def answer(
    request: Request, asked: Asked, given: Given, db: Tx, now: Now, within: Within
) -> AnswerView | Response:
    """Answer the survey, or change the answer within 24 hours."""
    return show_thanks(request, await answer_survey(db, asked, given, now=now, recover_within=within))
