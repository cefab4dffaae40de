"""Who works in the demo shop and who buys there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent of the demo: languages and skills with their levels, and how many tickets at once."""

    email: str
    name: str
    language: str
    skills: dict[str, int]
    capacity: int = 4


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer of the demo."""

    name: str
    language: str
    email: str
    tier: str = "standard"


SKILLS = {
    "logistics": ["delivery"],
    "aftersales": ["returns", "warranty"],
    "billing": ["invoice", "payment"],
    "accounts": ["account"],
}

COLLEAGUES = (
    Colleague("limei@demo.example.com", "李梅", "zh", {"lang:zh": 5, "logistics": 5, "accounts": 3}),
    Colleague("zhangwei@demo.example.com", "张伟", "zh", {"lang:zh": 5, "lang:en": 2, "aftersales": 5, "logistics": 2}),
    Colleague("wangfang@demo.example.com", "王芳", "zh", {"lang:zh": 5, "billing": 5, "aftersales": 3}),
    Colleague("emma@demo.example.com", "Emma Clark", "en", {"lang:en": 5, "logistics": 4, "aftersales": 4}),
    Colleague("james@demo.example.com", "James Wright", "en", {"lang:en": 5, "billing": 5, "accounts": 5}),
    Colleague(
        "chenyu@demo.example.com", "陈宇 Chen Yu", "zh",
        {"lang:zh": 4, "lang:en": 4, "accounts": 5, "billing": 3, "logistics": 3, "aftersales": 3},
    ),
)  # fmt: skip

BUYERS = (
    Buyer("刘洋", "zh", "liuyang@shop.example.com", "gold"),
    Buyer("陈静", "zh", "chenjing@shop.example.com"),
    Buyer("赵磊", "zh", "zhaolei@shop.example.com"),
    Buyer("孙丽", "zh", "sunli@shop.example.com", "vip"),
    Buyer("周涛", "zh", "zhoutao@shop.example.com"),
    Buyer("吴敏", "zh", "wumin@shop.example.com", "silver"),
    Buyer("郑浩", "zh", "zhenghao@shop.example.com"),
    Buyer("黄晓燕", "zh", "huangxiaoyan@shop.example.com"),
    Buyer("Olivia Brown", "en", "olivia@shop.example.com", "silver"),
    Buyer("Noah Smith", "en", "noah@shop.example.com"),
    Buyer("Amelia Jones", "en", "amelia@shop.example.com", "gold"),
    Buyer("Liam Taylor", "en", "liam@shop.example.com"),
    Buyer("Sophia Müller", "en", "sophia@shop.example.com"),
    Buyer("Ethan Walker", "en", "ethan@shop.example.com"),
)
