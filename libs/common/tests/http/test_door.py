"""The HTTP door: transactions, problems, identity, permissions, idempotency, entity tags, cursors."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends

from common.db import Database
from common.http.identity import HEADER, Mint
from common.http.route import Router, public
from common.ids import new_id
from common.testing.stage import Stage, a_caller, keys

pytestmark = pytest.mark.asyncio(loop_scope="session")


def is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert len(body["trace_id"]) == 32
    assert "Traceback" not in answer.text
    return body


async def endless() -> AsyncIterator[bytes]:
    """A body that does not say how large it is."""
    for _ in range(40):
        yield b'"' + b"x" * 50_000


async def test_a_change_and_its_event_commit_together(stage: Stage) -> None:
    wall = new_id()
    async with stage.client() as client:
        answer = await client.post(f"/walls/{wall}/notes", json={"text": "hello"})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    (said,) = await stage.said("note.pinned")
    assert (said.about, said.version) == (wall, 1)


async def test_an_error_after_the_change_rolls_everything_back_and_shows_no_trace(stage: Stage) -> None:
    async with stage.client() as client:
        answer = await client.post(f"/walls/{new_id()}/notes", json={"text": "break the wall"})
    is_problem(answer, 500)
    assert "before the commit" not in answer.text
    assert await stage.said() == []
    assert await stage.rows("wall") == []


async def test_a_commit_that_fails_is_no_201(stage: Stage) -> None:
    async with stage.database.transaction() as db:
        await db.execute(
            sa.text("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$")
        )
        await db.execute(
            sa.text(
                "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON wall DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION refuse()"
            )
        )
    async with stage.client() as client:
        is_problem(await client.post(f"/walls/{new_id()}/notes", json={"text": "hello"}), 500)
    assert await stage.said() == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"text": 5}, "/text"), ({}, "/text"), ({"text": "x", "colour": "red"}, "/colour"), ({"text": "a\x00b"}, "/text")],
)
async def test_a_bad_body_names_the_field(stage: Stage, body: dict[str, Any], pointer: str) -> None:
    async with stage.client() as client:
        problem = is_problem(await client.post(f"/walls/{new_id()}/notes", json=body), 422)
    assert pointer in [error["pointer"] for error in problem["errors"]]


async def test_malformed_json_is_400_and_a_large_body_413(stage: Stage) -> None:
    path = f"/walls/{new_id()}/notes"
    json = {"content-type": "application/json"}
    async with stage.client() as client:
        is_problem(await client.post(path, content=b'{"text": ', headers=json), 400)
        is_problem(await client.post(path, content=b'{"text": "' + b"x" * 1_100_000 + b'"}', headers=json), 413)
        is_problem(await client.post(path, content=endless(), headers=json), 413)
        is_problem(await client.post("/walls/not-an-id/notes", json={"text": "x"}), 422)
        is_problem(await client.get("/nowhere"), 404)
        is_problem(await client.delete("/walls"), 405)
        wrong = await client.put(f"/walls/{new_id()}", json={"text": "x"})
        is_problem(wrong, 405)
        assert wrong.headers["allow"] == "PATCH"


async def test_an_unforeseen_error_shows_nothing_of_the_inside(stage: Stage) -> None:
    async with stage.stranger() as client:
        answer = await client.get("/walls/broken")
    is_problem(answer, 500)
    assert "secret" not in answer.text


async def test_without_an_identity_nobody_is_answered_except_on_public_routes(stage: Stage) -> None:
    async with stage.stranger() as client:
        is_problem(await client.get("/walls"), 401)
        is_problem(await client.get("/walls", headers={HEADER: "nonsense"}), 401)
        assert (await client.get("/walls/open-door")).json() == {"come": "in"}


async def test_an_identity_signed_by_another_key_is_refused(stage: Stage) -> None:
    forged = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    async with stage.stranger() as client:
        is_problem(await client.get("/walls", headers={HEADER: Mint(forged.decode()).identity(a_caller("admin"))}), 401)
        mine = Mint(keys()[0]).identity(a_caller("admin"))
        assert (await client.get("/walls", headers={HEADER: mine})).status_code == 200


async def test_role_and_scopes_limit_what_a_caller_may_do(stage: Stage) -> None:
    path, body = f"/walls/{new_id()}/notes", {"text": "x"}
    async with stage.client("light_agent") as reader:
        problem = is_problem(await reader.post(path, json=body), 403)
    assert problem["permission"] == "tickets:write"
    narrow = a_caller("integration", scopes=frozenset({"tickets:read"}))
    async with stage.client(caller=narrow) as key:
        is_problem(await key.post(path, json=body), 403)
        assert (await key.get("/walls")).status_code == 200


async def test_the_same_idempotency_key_gives_the_same_answer_and_one_effect(stage: Stage) -> None:
    path, headers = f"/walls/{new_id()}/notes", {"idempotency-key": "k1"}
    async with stage.client() as client:
        first = await client.post(path, json={"text": "x"}, headers=headers)
        again = await client.post(path, json={"text": "x"}, headers=headers)
    assert (again.status_code, again.content, again.headers["etag"]) == (201, first.content, first.headers["etag"])
    assert again.headers["idempotent-replayed"] == "true"
    assert len(await stage.said()) == 1


async def test_a_key_belongs_to_one_request_and_one_caller(stage: Stage) -> None:
    path, headers = f"/walls/{new_id()}/notes", {"idempotency-key": "k1"}
    async with stage.client() as client, stage.client() as another:
        await client.post(path, json={"text": "x"}, headers=headers)
        is_problem(await client.post(path, json={"text": "y"}, headers=headers), 422)
        assert (await another.post(path, json={"text": "y"}, headers=headers)).status_code == 201
        is_problem(await client.post(path, json={"text": "x"}, headers={"idempotency-key": "k" * 256}), 400)


async def test_fifty_parallel_requests_with_one_key_have_one_effect(stage: Stage) -> None:
    path, headers = f"/walls/{new_id()}/notes", {"idempotency-key": "many"}
    async with stage.client() as client:
        answers = await asyncio.gather(*(client.post(path, json={"text": "x"}, headers=headers) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(await stage.said()) == 1


async def test_what_can_be_done_only_once_still_gets_its_first_answer(stage: Stage) -> None:
    wall, headers = new_id(), {"idempotency-key": "k1"}
    async with stage.client() as client:
        first = await client.post(f"/walls/{wall}/seal", headers=headers)
        again = await client.post(f"/walls/{wall}/seal", headers=headers)
        is_problem(await client.post(f"/walls/{wall}/seal", headers={"idempotency-key": "k2"}), 409)
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)


async def test_a_failed_request_leaves_its_key_free(stage: Stage) -> None:
    path, headers = f"/walls/{new_id()}/notes", {"idempotency-key": "k1"}
    async with stage.client() as client:
        is_problem(await client.post(path, json={"text": "break the wall"}, headers=headers), 500)
        assert await stage.rows("idempotency") == []


async def test_a_change_needs_the_version_it_is_based_on(stage: Stage) -> None:
    wall = new_id()
    async with stage.client() as client:
        await client.post(f"/walls/{wall}/notes", json={"text": "x"})
        is_problem(await client.patch(f"/walls/{wall}", json={"text": "t"}), 428)
        is_problem(await client.patch(f"/walls/{wall}", json={"text": "t"}, headers={"if-match": "*"}), 400)
        assert (
            await client.patch(f"/walls/{wall}", json={"text": "t"}, headers={"if-match": '"1"'})
        ).status_code == 200
        stale = is_problem(await client.patch(f"/walls/{wall}", json={"text": "t"}, headers={"if-match": '"1"'}), 412)
    assert stale["current_version"] == 2


async def test_walking_a_list_by_cursor_meets_each_row_once(stage: Stage) -> None:
    async with stage.client() as client:
        for _ in range(7):
            await client.post(f"/walls/{new_id()}/notes", json={"text": "x"})
        seen, cursor = [], None
        while True:
            params = {"limit": 3, **({"cursor": cursor} if cursor else {})}
            page = (await client.get("/walls", params=params)).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
    assert len(seen) == len(set(seen)) == 7


async def test_a_cursor_that_was_tampered_with_is_refused(stage: Stage) -> None:
    async with stage.client() as client:
        for _ in range(3):
            await client.post(f"/walls/{new_id()}/notes", json={"text": "x"})
        cursor = (await client.get("/walls", params={"limit": 1})).json()["next_cursor"]
        flipped = ("A" if cursor[-1] != "A" else "B").join([cursor[:-1], ""])
        for bad in (flipped, "", "x", "%%%", cursor[:-9], f"{cursor[:5]}!{cursor[5:]}"):
            is_problem(await client.get("/walls", params={"cursor": bad}), 400)


async def test_health_needs_no_identity_and_metrics_name_the_route(stage: Stage) -> None:
    async with stage.stranger() as client:
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).json() == {"ready": True, "worker": True}
        await client.get("/walls/open-door")
        metrics = (await client.get("/metrics")).text
    assert 'route="/walls/open-door",status="200"' in metrics


async def test_a_request_continues_the_trace_it_came_with(stage: Stage) -> None:
    trace = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"
    async with stage.client() as client:
        answer = await client.post(f"/walls/{new_id()}/notes", json={"text": "x"}, headers={"traceparent": trace})
    assert answer.headers["trace-id"] == "ab" * 16
    (row,) = await stage.rows("outbox")
    assert b'"traceparent":"00-' + b"ab" * 16 in row.envelope


async def test_a_database_that_is_away_is_a_503_that_says_when_to_ask_again(stage: Stage) -> None:
    gone = Database("postgresql://nobody:nothing@127.0.0.1:1/nowhere")
    here, stage.app.state.platform.database = stage.app.state.platform.database, gone
    async with stage.client() as client:
        for answer in (
            await client.get("/walls"),
            await client.post(f"/walls/{new_id()}/notes", json={"text": "x"}, headers={"idempotency-key": "k"}),
        ):
            is_problem(answer, 503)
            assert answer.headers["retry-after"] == "2"
        assert (await client.get("/readyz")).status_code == 503
        stage.app.state.platform.database = here
        assert (await client.get("/walls")).status_code == 200


async def test_the_document_says_which_headers_a_route_reads(stage: Stage) -> None:
    async with stage.stranger() as client:
        document = (await client.get("/openapi.json")).json()
    change = document["paths"]["/walls/{wall_id}"]["patch"]["parameters"]
    (version,) = [parameter for parameter in change if parameter["in"] == "header"]
    assert (version["name"], version["required"], version["schema"]["type"]) == ("if-match", True, "string")
    pin = document["paths"]["/walls/{wall_id}/notes"]["post"]["parameters"]
    assert ("idempotency-key", False) in [(parameter["name"], parameter["required"]) for parameter in pin]


async def test_a_route_that_names_no_permission_or_waits_in_a_thread_cannot_be_built() -> None:
    router = Router(prefix="/planted")

    async def endpoint() -> None: ...

    def plain() -> None: ...

    with pytest.raises(TypeError, match="permission"):
        router.get("/open")(endpoint)
    with pytest.raises(TypeError, match=r"make .*plain async"):
        router.get("/slow", dependencies=[public, Depends(plain)])(endpoint)
    router.get("/fine", dependencies=[public])(endpoint)
