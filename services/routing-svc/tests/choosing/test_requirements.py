from routing_svc.choosing.requirements import required_skills


def test_a_ticket_needs_its_language() -> None:
    assert required_skills("en", None) == ["lang:en"]


def test_a_topic_with_a_skill_needs_that_too() -> None:
    assert required_skills("zh", "billing") == ["billing", "lang:zh"]


def test_equal_needs_compare_equal_whatever_the_skill_is_called() -> None:
    assert required_skills("zh", "zeta") == ["lang:zh", "zeta"]


def test_a_topic_that_needs_the_language_itself_names_it_once() -> None:
    assert required_skills("zh", "lang:zh") == ["lang:zh"]
