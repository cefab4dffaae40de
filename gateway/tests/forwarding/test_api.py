import pytest
from fastapi import FastAPI
from starlette.responses import Response

from common.testing.stage import Stage


def service(*, ready: bool = True) -> FastAPI:
    app = FastAPI()
    app.add_route("/readyz", lambda _request: Response(status_code=200 if ready else 503))
    app.get("/v1/tickets")(lambda: [])
    return app


@pytest.mark.asyncio
async def test_the_status_says_who_is_up(make_stage, serve) -> None:
    up, down = await serve(service()), await serve(service(ready=False))
    stage = await make_stage(upstreams={"ticket": up, "kb": down, "routing": "http://127.0.0.1:1"})
    answer = await stage.stranger().get("/v1/status")
    assert answer.json() == {
        "services": [
            {"name": "gateway", "up": True},
            {"name": "ticket", "up": True},
            {"name": "routing", "up": False},
            {"name": "kb", "up": False},
            {"name": "feedback", "up": False},
        ],
        "demo": False,
    }


@pytest.mark.asyncio
async def test_the_description_covers_who_is_there_and_names_who_is_missing(make_stage, serve) -> None:
    stage = await make_stage(upstreams={"ticket": await serve(service())})
    document = (await stage.stranger().get("/openapi.json")).json()
    assert document["x-missing"] == ["feedback", "kb", "routing"]
    assert {"/v1/tickets", "/v1/users", "/v1/keys", "/v1/events", "/v1/status"} <= document["paths"].keys()
    assert set(document["components"]["securitySchemes"]) == {"session", "key"}


@pytest.mark.asyncio
async def test_every_reference_in_the_description_leads_somewhere(stage: Stage) -> None:
    document = (await stage.stranger().get("/openapi.json")).json()
    names = document["components"]["schemas"].keys()
    found = references(document)
    assert found
    assert all(one.removeprefix("#/components/schemas/") in names for one in found)


def references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(one) for one in value.values()))
    return set().union(*(references(one) for one in value)) if isinstance(value, list) else set()
