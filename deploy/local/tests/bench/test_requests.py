"""What is asked, and of which centre."""

from random import Random

from kefu_local.bench.centre import AGENTS, ARTICLES, agents, knowledge
from kefu_local.bench.requests import KNOWN_CUSTOMERS, OPS, WRITES, Material, known


def test_every_operation_can_be_made_and_only_writes_carry_a_body() -> None:
    for op, make in OPS.items():
        ask = make(Material(Random(1), ["some-ticket"]))
        assert ask.path.startswith("/v1/")
        assert (ask.body is not None) == (op in WRITES)


def test_known_customers_come_again_and_new_ones_never() -> None:
    material = Material(Random(2))
    new = {str((OPS["create"](material).body or {})["customer"]["email"]) for _ in range(500)}
    again = {str((OPS["create-known"](material).body or {})["customer"]["email"]) for _ in range(500)}
    assert len(new) == 500
    assert again <= {known(number) for number in range(KNOWN_CUSTOMERS)}


def test_the_centre_has_agents_for_every_skill_and_articles_of_different_names() -> None:
    hired = agents()
    assert len(hired) == AGENTS
    assert {skill for agent in hired for skill in agent["skills"]} >= {"lang:zh", "lang:en", "billing", "logistics"}
    articles = knowledge()
    assert len(articles) == len({article["external_id"] for article in articles}) == ARTICLES
