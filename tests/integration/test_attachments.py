"""Files through the gateway: in, given to a message, and out again by a link that needs no login."""

import os
from collections.abc import Iterator

import httpx

from integration.desk import Desk

MIB = 1_048_576


def in_parts(content: bytes) -> Iterator[bytes]:
    """A body that does not say how long it is."""
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]


def test_a_file_comes_back_as_it_was_and_only_files_may_be_large(desk: Desk) -> None:
    ticket = desk.open("请看附件")
    content = b"%PDF-1.7\n" + os.urandom(3 * MIB)
    answer = desk.channel.http.post("/v1/attachments", params={"name": "合同.pdf"}, content=in_parts(content))
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert (file["size"], file["media_type"]) == (len(content), "application/pdf")
    desk.channel.post(f"/v1/tickets/{ticket['id']}/replies", {"text": "x", "attachment_ids": [file["id"]]})

    link = desk.admin.get(f"/v1/attachments/{file['id']}/link", show="true")["url"]
    sent = httpx.get(link)
    assert sent.content == content
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert sent.headers["content-security-policy"].startswith("sandbox")
    assert "filename*=UTF-8''%E5%90%88%E5%90%8C.pdf" in sent.headers["content-disposition"]
    assert httpx.get(link[:-3] + "AAA").status_code == 404

    for path, size in (("/v1/attachments?name=x", 21 * MIB), ("/v1/tickets", 2 * MIB)):
        refused = desk.channel.http.post(path, content=in_parts(bytes(size)))
        assert (refused.status_code, refused.headers["content-type"]) == (413, "application/problem+json")
