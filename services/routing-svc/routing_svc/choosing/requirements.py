"""Which skills a ticket needs: the skill of its topic, if the topic has one, and its language."""

LANGUAGE = "lang:"
"""Begins the skills that stand for a language: `lang:zh`, `lang:en`."""


def required_skills(language: str, skill_of_topic: str | None) -> list[str]:
    """The skills an agent must have, sorted and without repeats, so that equal needs compare equal."""
    needed = {LANGUAGE + language}
    if skill_of_topic:
        needed.add(skill_of_topic)
    return sorted(needed)
