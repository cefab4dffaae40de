import pytest

from common.testing.stage import Stage
from gateway.pages.serve import STATIC


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/", "/docs"])
async def test_pages_may_load_nothing_from_elsewhere(stage: Stage, path: str) -> None:
    answer = await stage.stranger().get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.asyncio
async def test_a_page_that_has_not_changed_is_not_sent_again(stage: Stage) -> None:
    first = await stage.stranger().get("/assets/board.js")
    assert first.headers["cache-control"] == "no-cache"
    again = await stage.stranger().get("/assets/board.js", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.asyncio
async def test_swagger_ui_is_served_from_here(stage: Stage) -> None:
    answer = await stage.stranger().get("/assets/swagger/swagger-ui-bundle.js")
    assert answer.status_code == 200
    assert len(answer.content) > 500_000


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/assets/nothing.js", "/assets/../settings.py", "/assets/%2e%2e/serve.py"])
async def test_nothing_else_is_served(stage: Stage, path: str) -> None:
    assert (await stage.stranger().get(path)).status_code == 404


def test_no_page_names_another_host() -> None:
    for file in [*STATIC.glob("*.html"), *STATIC.glob("*.js"), *STATIC.glob("*.css")]:
        assert "//" not in file.read_text().replace("http://www.w3.org/2000/svg", "").replace("// ", ""), file.name
