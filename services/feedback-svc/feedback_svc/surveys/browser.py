"""Browsers get pages, programs get JSON: decided by Accept, for answers and for errors alike."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, cast
from urllib.parse import parse_qsl

import orjson
from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import HTMLResponse, Response

from common.contracts.tickets import Language
from common.db import DatabaseAway
from common.http.problems import Problem
from common.http.route import KefuRoute
from feedback_svc.surveys import page
from feedback_svc.surveys.answer import AnswerStands, SurveyWithdrawn
from feedback_svc.surveys.messages import preferred
from feedback_svc.surveys.open_link import LinkExpired
from feedback_svc.surveys.schemas import Answer, AnswerView, Question


class UnsupportedForm(Problem):
    """The body is neither JSON nor a form."""

    status, title = 415, "Send JSON or a form"


def wants_page(request: Request) -> bool:
    """Whether a browser asks. Programs say application/json, or nothing in particular."""
    return "text/html" in request.headers.get("accept", "")


def shown(html: str, status: int = 200) -> HTMLResponse:
    """A page as an answer."""
    return HTMLResponse(html, status, page.HEADERS)


def show_question(question: Question) -> HTMLResponse:
    """The question, or a polite word where there is nothing to ask."""
    if question.state in ("closed", "withdrawn"):
        return shown(page.notice(question.language, question.state))
    return shown(
        page.form(
            question.language,
            number=question.number,
            subject=question.subject,
            score=question.score,
            comment=question.comment,
        )
    )


def show_thanks(request: Request, answer: AnswerView) -> AnswerView | Response:
    """What stands now, as the caller can read it."""
    return shown(page.thanks(answer.language, answer.score)) if wants_page(request) else answer


async def _given(request: Request) -> Answer:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/json", "application/x-www-form-urlencoded"):
        raise UnsupportedForm("Send application/json or application/x-www-form-urlencoded.")
    body = await request.body()
    try:
        return Answer.model_validate(_json(body) if kind == "application/json" else _form(body))
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        wrong = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error", "input": {}}
        raise RequestValidationError([{**wrong, "ctx": {"error": error.msg}}]) from error


def _form(body: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    score = fields.get("score", "")
    if score in ("1", "2", "3", "4", "5"):
        fields["score"] = int(score)
    # Browsers send line ends as CR LF.
    return {**fields, "comment": fields.get("comment", "").replace("\r\n", "\n")}


Given = Annotated[Answer, Depends(_given)]

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": Answer.model_json_schema()}
            for kind in ("application/json", "application/x-www-form-urlencoded")
        },
    }
}


class PageRoute(KefuRoute):
    """A route whose errors are pages for browsers and problem documents for programs."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except (Problem, RequestValidationError, DatabaseAway) as error:
                if not wants_page(request):
                    raise
                return _apology(error, preferred(request.headers.get("accept-language", "")))

        return handle


def _apology(error: Exception, language: Language) -> HTMLResponse:
    if isinstance(error, (SurveyWithdrawn, AnswerStands)):
        about = "withdrawn" if isinstance(error, SurveyWithdrawn) else "closed"
        return shown(page.notice(error.language, about), error.status)
    if isinstance(error, RequestValidationError):
        return shown(page.notice(language, "invalid", back=True), 422)
    if isinstance(error, DatabaseAway):
        return shown(page.notice(language, "away", back=True), 503)
    about = "expired" if isinstance(error, LinkExpired) else "unknown"
    return shown(page.notice(language, about), cast("Problem", error).status)
