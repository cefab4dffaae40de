"""What stays of a ticket when its content is erased: what figures are made of, and nothing that anybody wrote. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ticket_svc.fields.definitions import Field

_STEP = frozenset(
    {
        "agent_id",
        "author",
        "because",
        "before",
        "broadcast_id",
        "by",
        "channel",
        "clock",
        "closes_at",
        "custom_status_id",
        "customer_id",
        "due_at",
        "erasure_id",
        "from_id",
        "from_number",
        "hidden",
        "incident_id",
        "into_id",
        "into_number",
        "kind",
        "language",
        "merged_id",
        "message_id",
        "messages",
        "new_id",
        "new_number",
        "number",
        "priority",
        "recovery_id",
        "reports",
        "resolution_due_at",
        "response_due_at",
        "said",
        "score",
        "split_from",
        "status",
        "survey_id",
        "survivor_id",
        "team_id",
        "ticket_id",
        "tickets",
        "tier",
        "to_id",
        "topic",
        "type",
        "until",
        "version",
        "what",
        "why",
    }
)
"""The members of a step that stay: ids, times, numbers, and words of ours. A new one goes unless it stands here."""

_CHOSEN = frozenset({"choice", "multi_choice", "cascade", "boolean"})


def step_stays(data: Mapping[str, Any]) -> dict[str, Any]:
    """What stays of a step of a trail."""
    return {name: value for name, value in data.items() if name in _STEP}


def fields_stay(values: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """The custom fields that stay: what was chosen among given values. A number or a date may be a person's own."""
    return {key: value for key, value in values.items() if key in fields and fields[key].kind in _CHOSEN}
