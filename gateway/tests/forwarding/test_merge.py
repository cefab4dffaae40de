from typing import Any

from gateway.forwarding.merge import merge

OWN = {
    "paths": {"/v1/users": {"get": {"operationId": "users", "tags": ["people"], "responses": {}}}},
    "components": {"schemas": {"ProblemDocument": {"type": "object"}, "View": {"type": "object"}}},
}
TICKET: dict[str, Any] = {
    "paths": {
        "/v1/tickets": {
            "post": {
                "operationId": "open",
                "tags": ["tickets"],
                "x-permission": "tickets:write",
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/View"}}}},
                    "503": {"description": "its own words"},
                },
            }
        },
        "/v1/articles": {"get": {"operationId": "not_theirs", "responses": {}}},
        "/livez": {"get": {"operationId": "inner", "responses": {}}},
    },
    "components": {"schemas": {"View": {"properties": {"of": {"$ref": "#/components/schemas/Inner"}}}, "Inner": {}}},
}
FEEDBACK = {"paths": {"/s/{token}": {"get": {"operationId": "page", "x-permission": "public", "responses": {}}}}}


def test_schemas_of_one_name_stay_apart() -> None:
    merged = merge(OWN, {"ticket": TICKET})
    assert {"Gateway_View", "Ticket_View", "Ticket_Inner"} <= merged["components"]["schemas"].keys()
    created = merged["paths"]["/v1/tickets"]["post"]["responses"]["201"]
    assert created["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Ticket_View"}
    inner = merged["components"]["schemas"]["Ticket_View"]["properties"]["of"]
    assert inner == {"$ref": "#/components/schemas/Ticket_Inner"}


def test_only_what_the_door_forwards_is_shown() -> None:
    assert list(merge(OWN, {"ticket": TICKET})["paths"]) == ["/v1/users", "/v1/tickets"]


def test_what_the_door_may_answer_is_added_but_the_services_own_words_stay() -> None:
    responses = merge(OWN, {"ticket": TICKET})["paths"]["/v1/tickets"]["post"]["responses"]
    assert {"201", "403", "413", "503", "504"} == responses.keys()
    assert responses["503"]["description"] == "its own words"


def test_public_routes_need_no_credentials_and_all_others_do() -> None:
    merged = merge(OWN, {"feedback": FEEDBACK, "ticket": TICKET})
    assert merged["paths"]["/s/{token}"]["get"]["security"] == []
    assert "security" not in merged["paths"]["/v1/tickets"]["post"]
    assert merged["security"] == [{"session": []}, {"key": []}]


def test_operation_ids_are_unique_and_a_missing_service_is_named() -> None:
    merged = merge(OWN, {"kb": None, "ticket": TICKET})
    assert merged["x-missing"] == ["kb"]
    assert merged["paths"]["/v1/tickets"]["post"]["operationId"] == "ticket_open"


def test_the_documents_given_are_not_changed() -> None:
    before = repr(TICKET)
    merge(OWN, {"ticket": TICKET})
    assert repr(TICKET) == before
