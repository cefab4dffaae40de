"""The demo's chances and words."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu_local.demo.articles import articles
from kefu_local.demo.people import BUYERS, COLLEAGUES, SKILLS
from kefu_local.demo.requests import REQUESTS
from kefu_local.demo.script import BRISK, asked_back, excerpt, handling, next_ticket, opinion, pause_between, reply

seeds = st.integers(0, 2**32)


@given(seeds, st.integers(0, 10**6))
def test_a_ticket_is_in_its_customers_language_and_named_for_ever(seed: int, number: int) -> None:
    ticket = next_ticket(Random(seed), number)
    chinese = any("\u4e00" <= character <= "\u9fff" for character in ticket["text"])
    assert chinese == (ticket["customer"]["language"] == "zh")
    assert "{" not in ticket["text"]
    assert ticket["external_id"] == f"demo:ticket:{number}"


@given(seeds)
def test_the_shop_is_brisk_first_and_calm_later(seed: int) -> None:
    assert 2 <= pause_between(Random(seed), 0) <= 4
    assert pause_between(Random(seed), BRISK) >= 40


@given(seeds, st.sampled_from(["zh", "en"]))
def test_opinions_are_scores_with_fitting_words(seed: int, language: str) -> None:
    given_opinion = opinion(Random(seed), language)
    assert 1 <= given_opinion["score"] <= 5
    assert given_opinion.get("comment", "x")


def test_some_customers_are_unhappy_and_some_agents_busy() -> None:
    draw = Random(1)
    scores = [opinion(draw, "zh")["score"] for _ in range(400)]
    assert 0.08 < sum(score <= 2 for score in scores) / len(scores) < 0.25
    handled = [handling(draw) for _ in range(400)]
    assert 0 < sum(one.declines for one in handled) < 60
    assert all(one.thinking > 0 and one.resolving > 0 for one in handled)


def test_an_answer_quotes_whole_paragraphs() -> None:
    body = "First.\n" + "x" * 300 + "\n" + "y" * 300
    assert excerpt(body) == "First.\n" + "x" * 300
    said = reply("en", "Noah", {"title": "Returns", "body": body})
    assert said.startswith("Hello Noah,")
    assert "“Returns”" in said
    assert reply("zh", "王芳", None).startswith("王芳，您好！")
    assert asked_back(Random(1), "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_topic_has_a_skilled_colleague_and_an_article_in_each_language(language: str) -> None:
    topics = {topic for topic, spoken in REQUESTS if spoken == language}
    skill_of = {topic: skill for skill, topics_ in SKILLS.items() for topic in topics_}
    for topic in topics:
        assert any(skill_of[topic] in one.skills and f"lang:{language}" in one.skills for one in COLLEAGUES), topic
    locale = "zh-CN" if language == "zh" else "en"
    assert sum(article["locale"] == locale for article in articles()) == len(topics) == 6
    assert any(buyer.language == language for buyer in BUYERS)


def test_articles_are_complete_and_named_once() -> None:
    texts = articles()
    assert len({text["external_id"] for text in texts}) == len(texts) == 12
    assert all(text["title"] and len(text["body"]) > 80 and text["publish"] for text in texts)
