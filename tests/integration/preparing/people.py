"""Agents and their logins; customers, what they are known by, and their rights."""

from __future__ import annotations

from uuid import uuid4

from integration.desk import Desk
from integration.preparing.prepared import Prepared
from integration.preparing.tickets import TICKET


def people(desk: Desk, ready: Prepared) -> None:
    spare = [desk.hire(f"Spare {number}", {"lang:zh": 1}).id for number in range(3)]
    ready.stands("/v1/agents/{agent_id}", "agent_id", *spare)
    ready.stands("/v1/agents/{agent_id}/presence", "agent_id", *spare)
    ready.bodies[f"{TICKET}/assign"] = [{"agent_id": one} for one in spare]
    users = [desk.hire(f"Clerk {number}", {"lang:zh": 1}).id for number in range(2)]
    ready.stands("/v1/users/{user_id}", "user_id", *users)
    ready.stands("/v1/keys/{key_id}", "key_id", *(desk.program(f"spare-{number}").id for number in range(8)))
    ready.bodies["/v1/keys"] = [{"expires_at": "2199-12-31T23:59:59Z", "role": "admin"}, {"expires_at": None}]
    ready.bodies["/v1/login"] = [desk.platform.login()]


def customers(desk: Desk, ready: Prepared) -> None:
    known = [_customer(desk, number) for number in range(24)]
    customer = "/v1/customers/{customer_id}"
    for what in ("/timeline", "/identities"):
        ready.stands(customer + what, "customer_id", *known[:2])
    ready.bodies["/v1/customers"] = [{"organisation_id": None}]
    # A verified identity is there still; one that was removed is not.
    told = {one: desk.admin.all(f"{customer.format(customer_id=one)}/identities")[0]["id"] for one in known[2:10]}
    pairs = [{"customer_id": one, "identity_id": identity} for one, identity in told.items()]
    ready.paths[f"{customer}/identities/{{identity_id}}/verify"] = pairs[:2]
    ready.paths[f"{customer}/identities/{{identity_id}}"] = pairs[2:]
    survivor = known[10]
    ready.stands(f"{customer}/merge", "customer_id", *known[11:16])
    ready.bodies[f"{customer}/merge"] = [{"into": survivor}]
    for one in known[16:]:
        desk.admin.post(f"{customer.format(customer_id=one)}/merge", {"into": survivor})
    ready.stands(f"{customer}/unmerge", "customer_id", *known[16:])
    ready.bodies[f"{customer}/unmerge"] = [{"tickets": []}]
    organisation = desk.admin.post("/v1/organisations", {"name": "Fuzzed"})["id"]
    ready.stands("/v1/organisations/{organisation_id}", "organisation_id", organisation)
    ready.bodies["/v1/organisations/{organisation_id}"] = [{"attributes": None, "external_id": None}]
    declared = {"about": "customer", "type": "text", "label_zh": "城市", "label_en": "City"}
    attribute = desk.admin.post("/v1/attributes", {**declared, "key": f"city_{uuid4().hex[:6]}"})["id"]
    ready.stands("/v1/attributes/{attribute_id}", "attribute_id", attribute)
    ready.bodies["/v1/attributes/{attribute_id}"] = [{"choices": None}]
    ready.bodies["/v1/attributes"] = [{"type": "text", "choices": [], "key": f"key_{n}"} for n in range(200)]


def rights(desk: Desk, ready: Prepared) -> None:
    """Customers to be erased, one who is, and some whose data must be kept."""
    customer = "/v1/customers/{customer_id}"
    known = [_customer(desk, number) for number in range(100, 160)]
    ready.stands(f"{customer}/erasure", "customer_id", *known[:40])
    ready.bodies[f"{customer}/erasure"] = [{"confirm": one, "close_open": True} for one in known[:40]]
    # PUT, GET and DELETE share their path: each of these has a hold at times.
    ready.stands(f"{customer}/hold", "customer_id", *known[40:43])
    for one in known[40:43]:
        desk.admin.put(f"{customer.format(customer_id=one)}/hold", {"reason": "law suit"})
    path, asked = f"{customer.format(customer_id=known[43])}/erasure", {"confirm": known[43], "reason": "asked for it"}
    erasure = desk.admin.http.post(path, json=asked, headers={"If-Match": '"1"'}).json()["id"]
    ready.stands("/v1/erasures/{erasure_id}", "erasure_id", erasure)
    ready.stands(f"{customer}/export", "customer_id", *known[44:46])
    path = f"{customer.format(customer_id=known[44])}/export"
    export = desk.admin.post(path, {"reason": "asked for it"})["id"]
    ready.stands("/v1/customer-export-files/{export_id}", "export_id", export)
    for part in ("", "/person", "/tickets"):
        ready.stands(f"/v1/customer-exports/{{export_id}}{part}", "export_id", export)


def _customer(desk: Desk, number: int) -> str:
    told = {"name": f"Fuzzed {number}", "email": f"known-{number}-{uuid4().hex[:6]}@example.com"}
    customer: str = desk.admin.post("/v1/customers", told)["id"]
    return customer
