from typing import get_args

import pytest

from feedback_svc.surveys.course import NEXT, Happening, State, after, touched_by


@pytest.mark.parametrize("state", get_args(State))
def test_only_a_survey_without_an_answer_is_withdrawn(state: State) -> None:
    assert after(state, "reopened") == ("withdrawn" if state in ("planned", "sent") else None)


def test_skipped_and_withdrawn_surveys_stay_so() -> None:
    assert {state for state, _ in NEXT} == {"planned", "sent", "answered"}


def test_only_what_was_sent_can_be_answered() -> None:
    assert touched_by("answered") == ("sent", "answered")


@pytest.mark.parametrize("happening", get_args(Happening))
def test_every_happening_means_something_to_some_survey(happening: Happening) -> None:
    assert touched_by(happening)
