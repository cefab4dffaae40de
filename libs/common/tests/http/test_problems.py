"""Where a problem document says that something is wrong: a JSON pointer into the body that was sent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel, Field, StringConstraints

from common.http import problems

Key = Annotated[str, StringConstraints(pattern="^[a-z]+$")]


class Walk(BaseModel):
    """One of two."""

    do: Literal["walk"]
    far: int


class Wait(BaseModel):
    """The other."""

    do: Literal["wait"]
    long: int


class Wanted(BaseModel):
    """A body with a choice of models, and with keys that have a form."""

    action: Annotated[Walk | Wait, Field(discriminator="do")]
    several: list[Annotated[Walk | Wait, Field(discriminator="do")]] = []
    values: dict[Key, int] = {}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"action": {"do": "walk", "far": "x"}}, "/action/far"),
        ({"action": {"do": "wait"}}, "/action/long"),
        ({"action": {"do": "fly"}}, "/action"),
        ({"several": [{"do": "walk", "far": 1}, {"do": "wait"}]}, "/several/1/long"),
        ({"values": {"a": "x"}}, "/values/a"),
        ({"values": {"A/b": 1}}, "/values/A~1b"),
        ({"values": 7}, "/values"),
    ],
)
async def test_a_pointer_leads_to_what_was_sent(wrong: dict[str, Any], pointer: str) -> None:
    app = FastAPI()
    problems.install(app)

    @app.post("/")
    async def take(_wanted: Wanted) -> None:
        return None

    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://service") as client:
        answer = await client.post("/", json={"action": {"do": "walk", "far": 1}, **wrong})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
