"""A customer gets a copy of their data from every service, and is erased in every service."""

import io
from typing import Any
from zipfile import ZipFile

from integration.desk import Desk
from integration.running import eventually

NAME = "Zaphod Beeblebrox"


def test_a_customer_gets_a_copy_and_is_erased_everywhere(desk: Desk) -> None:
    told = {"name": NAME, "email": "zaphod@betelgeuse.example"}
    ticket = desk.open("My ship Heart of Gold is gone", subject="Heart of Gold", customer=told)
    customer, work = ticket["customer"]["id"], f"/v1/work-items/{ticket['id']}"
    assert eventually(lambda: desk.admin.http.get(work).json().get("subject")) == "Heart of Gold"
    eventually(lambda: desk.admin.http.get(f"/v1/suggestions/{ticket['id']}").is_success)

    export = desk.admin.post(f"/v1/customers/{customer}/export", {"reason": "he asked"})
    archive = ZipFile(io.BytesIO(desk.admin.http.get(f"/v1/customer-export-files/{export['id']}").content))
    assert NAME in archive.read("person.json").decode()
    assert all(b"Heart of Gold" in archive.read(f"{name}.jsonl") for name in ("tickets", "work"))
    assert archive.read("suggestions.jsonl")

    def erased() -> dict[str, Any] | None:
        receipt = desk.admin.get(f"/v1/erasures/{asked.json()['id']}")
        return receipt if receipt["state"] == "complete" else None

    seen = desk.admin.http.get(f"/v1/customers/{customer}").headers["etag"]
    body = {"confirm": customer, "reason": "he asked for that, too", "close_open": True}
    asked = desk.admin.http.post(f"/v1/customers/{customer}/erasure", json=body, headers={"If-Match": seen})
    assert asked.status_code == 202, asked.text
    receipt: dict[str, Any] = eventually(erased)
    assert {one["service"]: one["tickets"] for one in receipt["services"]} == {
        **dict.fromkeys(("ticket-svc", "feedback-svc", "kb-svc", "routing-svc"), 1)
    }
    assert desk.admin.get(work)["subject"] == "████"
    assert desk.ticket(ticket["id"])["customer"]["name"] != NAME
    assert desk.admin.all("/v1/deletions") == [], "what is erased is not deleted"
