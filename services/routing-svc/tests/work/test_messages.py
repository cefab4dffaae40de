from typing import get_args

from routing_svc.choosing.hold import Code, Hold
from routing_svc.work.messages import HOLD, hold_text


def test_every_reason_has_words_in_every_language() -> None:
    assert {language: set(texts) for language, texts in HOLD.items()} == {
        language: set(get_args(Code)) for language in ("zh", "en")
    }


def test_the_skills_are_joined_as_the_language_does() -> None:
    hold = Hold("nobody_online", ("billing", "lang:zh"))
    assert hold_text(hold, "zh") == "具备所需技能（billing、lang:zh）的客服都不在线"
    assert hold_text(hold, "en") == "Nobody with the skills billing, lang:zh is online"
