"""Why a ticket waits, in words. `{skills}` is replaced by the skills it is about."""

from common.contracts.tickets import Language
from routing_svc.choosing.hold import Code, Hold

HOLD: dict[Language, dict[Code, str]] = {
    "zh": {
        "no_agent_with_skill": "没有客服具备所需技能：{skills}",
        "nobody_online": "具备所需技能（{skills}）的客服都不在线",
        "refused_by_all": "在线且具备技能的客服都已拒绝或未应答，稍后将再次派单",
        "all_at_capacity": "具备所需技能（{skills}）的在线客服都已满负荷",
        "next_in_turn": "即将派单",
    },
    "en": {
        "no_agent_with_skill": "No agent has the skills {skills}",
        "nobody_online": "Nobody with the skills {skills} is online",
        "refused_by_all": "Everybody online with the skills has declined or not answered; they are asked again later",
        "all_at_capacity": "Everybody online with the skills {skills} is at capacity",
        "next_in_turn": "About to be offered",
    },
}
_JOINED_BY: dict[Language, str] = {"zh": "、", "en": ", "}


def hold_text(hold: Hold, language: Language) -> str:
    """The reason in words."""
    return HOLD[language][hold.code].format(skills=_JOINED_BY[language].join(hold.skills))
