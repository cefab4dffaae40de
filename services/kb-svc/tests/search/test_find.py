from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from common.testing.stage import Stage
from kb_svc.search.find import Question, find
from kb_svc.search.scoring import idf, impact, with_title
from kb_svc.search.visibility import mask

Write = Callable[..., Awaitable[dict[str, Any]]]
EVERYTHING = mask(None, staff=True)


async def _titles(stage: Stage, *texts: str, **given: Any) -> list[list[str]]:
    usual = {"mask": EVERYTHING, "most": 10, **given}
    async with stage.database.reading() as db:
        found = await find(db, [Question(text, **usual) for text in texts])
    return [[hit.title for hit in hits] for hits in found]


@pytest.mark.asyncio
async def test_the_score_is_the_formula_of_the_scoring_rules(stage: Stage, write: Write) -> None:
    await write("apple pie", "sugar butter apple", locale="en")
    await write("plum cake", "sugar flour", locale="en")
    async with stage.database.reading() as db:
        [[best, second]] = await find(db, [Question("apple sugar", EVERYTHING, 10)])
    [apple, sugar] = idf(1, 2), idf(2, 2)
    # Lengths: 3 + 3 * 2 tokens and 2 + 3 * 2; the first article was its own average, the second met (9 + 8) / 2.
    body = apple * impact(4, 9, 9.0) + sugar * impact(1, 9, 9.0)
    assert best.score == pytest.approx(with_title(body, apple, 2 * idf(1, 2)), rel=1e-4)
    assert second.score == pytest.approx(sugar * impact(1, 8, 8.5), rel=1e-4)
    assert best.fit > second.fit > 0


@pytest.mark.asyncio
async def test_a_rare_word_outweighs_a_frequent_one(stage: Stage, write: Write) -> None:
    for number in range(6):
        await write(f"notice {number}", "about the account", locale="en")
    await write("passkeys", "log in without a password", locale="en")
    assert (await _titles(stage, "account passkeys"))[0][0] == "passkeys"


@pytest.mark.asyncio
async def test_many_questions_are_answered_with_three_statements(stage: Stage, write: Write) -> None:
    await write("退款流程", "退款七天内到账")
    await write("开发票", "在订单页申请发票")
    run: list[str] = []

    stage.database.tell(run.append)
    found = await _titles(stage, "退款什么时候到账", "怎么开发票", "😀", "完全无关", "发票")
    assert found == [["退款流程"], ["开发票"], [], [], ["开发票"]]
    assert len(run) == 3


@pytest.mark.asyncio
async def test_an_empty_knowledge_base_answers_with_nothing(stage: Stage) -> None:
    assert await _titles(stage, "退款", "") == [[], []]


@pytest.mark.asyncio
async def test_a_question_asked_twice_in_a_batch_gets_the_same_answer_twice(stage: Stage, write: Write) -> None:
    await write("退款流程", "退款七天内到账")
    assert await _titles(stage, "退款", "退款") == [["退款流程"], ["退款流程"]]


@pytest.mark.asyncio
async def test_no_more_are_found_than_asked_for(stage: Stage, write: Write) -> None:
    for number in range(5):
        await write(f"退款说明{number}", "退款")
    [found] = await _titles(stage, "退款", most=3)
    assert len(found) == 3


@pytest.mark.asyncio
async def test_a_question_of_five_thousand_characters_is_answered(stage: Stage, write: Write) -> None:
    await write("退款流程", "退款七天内到账")
    long = "".join(chr(0x4E00 + 7 * number % 20_000) for number in range(5_000))
    assert await _titles(stage, f"{long}。退款流程") == [["退款流程"]]
