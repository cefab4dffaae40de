"""Search on real texts: somebody remembers a few words of one request among 4,000, and it stands in the first ten."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from common.testing import shared_data

REMEMBERED_ZH = {
    "防滑垫 牙齿": 6148, "丽晶 摔倒": 6148, "洗澡 龙头 力道": 1284, "风扇 硬盘 杂音": 7650, "海景 指路牌": 2459,
    "电热水器 肥皂沫": 6923, "无线驱动 驱动精灵": 7601, "医疗展会 热水": 6494, "临安 地毯 隔音": 5165,
    "滚开 模仿": 4342,
    "24小时免费服务电话": 8280, "华侨饭店 楼层": 6474, "寒气 湿气 保暖": 228, "中医 追本溯源": 487, "墙纸 科勒": 2609,
    "叶公好龙": 4391, "香港 大巴 不报站": 1165, "大雪 飞机晚了 留房": 2712, "马桶 座垫": 5299, "塌塌米 海宁": 1202,
    "小豆豆 小林校长": 59, "出风口 芯片组": 7451, "余杰 祝勇": 927, "统计数字 迷信": 781, "极品飞车 死机": 8124,
    "服务生冷漠 拉车门 小费": 1526, "正宇 性格温柔 执着": 673, "電熱水器 肥皂沫": 6923,
}  # fmt: skip
"""Lines of reviews_sentiment_zh.jsonl, from 0. Some are not said quite so there, one is in traditional characters."""

REMEMBERED_EN = {
    "payday loan corporate office": 613445, "bicycle sale text message check": 324551, "amazon chase hacked": 40602,
    "bankruptcy surrendering properties collection": 537078, "identity theft doctor office": 116381,
    "macys statute limitations": 318878, "navient promissory notes harassing": 280669,
    "santander convenience fee": 601407,
    "creditor did not submit charges to insurance": 14805, "interest only loan lower payments": 141116,
    "toyota cosigner simple interest": 221351, "sterus modification escrow": 125890, "realtor shortsale buyer": 149234,
    "chevron texaco minimum": 580613, "dismissed judgment equifax": 563314, "prescription eyeglasses merchant": 423516,
    "homestead foreclosure rescinded": 711394, "experian site went down": 98874,
    "my name is listed with a typo": 423852,
    "maryland foreclosed mediation": 528748, "american express supervisor interest": 212351,
    "faxed drivers license dispute": 333606, "fraudulent check savings guarantee": 189348, "synchrony hard pull": 80581,
    "called wife debt six years": 529956,
}  # fmt: skip
"""Ids of cfpb_narratives_en.csv."""

FLOOR = {"zh": 0.96, "en": 0.97}
"""Reached is 1 in both: 28 and 25 of them. Without a second look for most of the words it is .89 and .96."""


def _zh() -> list[str]:
    with (shared_data() / "feedback" / "reviews_sentiment_zh.jsonl").open(encoding="utf-8") as file:
        return [str(json.loads(line)["text"]) for line in file]


def _en() -> dict[int, str]:
    with (shared_data() / "feedback" / "cfpb_narratives_en.csv").open(encoding="utf-8", newline="") as file:
        return {int(row["id"]): row["narrative"][:4_000] for row in csv.DictReader(file)}


@pytest.mark.asyncio
async def test_what_somebody_remembers_is_on_the_first_page(finder: Any) -> None:
    zh, en = _zh(), _en()
    wanted = set(REMEMBERED_ZH.values())
    chinese = [text for at, text in enumerate(zh) if at in wanted or at % 4 == 0]
    await finder.write([*chinese, *en.values()])
    found: dict[str, list[str]] = {"zh": [], "en": []}
    missed: list[str] = []
    asked = [("zh", q, zh[at]) for q, at in REMEMBERED_ZH.items()] + [
        ("en", q, en[at]) for q, at in REMEMBERED_EN.items()
    ]
    texts = {row.ticket_id: row.text for row in await finder.stage.rows("message")}
    for language, q, text in asked:
        hits = [texts[type(next(iter(texts)))(one)] for one in await finder.ids(q, limit=10)]
        (found[language] if text in hits else missed).append(q)
    for language, remembered in (("zh", REMEMBERED_ZH), ("en", REMEMBERED_EN)):
        assert len(found[language]) / len(remembered) >= FLOOR[language], missed
    assert len(asked) > 50
