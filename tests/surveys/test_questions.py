"""Which questions are asked, and what answers amount to."""

import pytest

from surveys.content import parse_questionnaire
from surveys.questions import first_questions, further_questions, is_low, score_of, split_typed

BOTH = {"zh": "好", "en": "good"}


@pytest.fixture
def questionnaire():
    def question(code, kind, **more):
        return {"id": code, "kind": kind, "text": BOTH, "required": False, **more}

    return parse_questionnaire(
        {
            "id": "demo",
            "name": BOTH,
            "measure": "csat",
            "trigger": "ticket.resolve",
            "intro": BOTH,
            "questions": [
                question("speed", "scale", scale=5, dimension=True),
                question("overall", "scale", scale=5),
                question("why", "text", show_if={"question": "overall", "at_most": 3}),
                question("words", "text"),
            ],
        }
    )


def codes(questions):
    return [question.code for question in questions]


def test_everybody_is_asked_what_has_no_condition(questionnaire):
    assert codes(first_questions(questionnaire)) == ["speed", "overall", "words"]


@pytest.mark.parametrize(("overall", "asked"), [(1, ["why"]), (3, ["why"]), (4, []), (None, [])])
def test_a_low_score_opens_further_questions(questionnaire, overall, asked):
    answers = {} if overall is None else {"overall": overall}

    assert codes(further_questions(questionnaire, answers)) == asked


def test_the_score_is_the_overall_scale_and_not_a_dimension(questionnaire):
    assert score_of(questionnaire, {"speed": 1, "overall": 4}) == 4
    assert score_of(questionnaire, {"speed": 1}) is None


def test_two_and_less_is_low(questionnaire):
    assert [is_low(questionnaire, {"overall": score}) for score in (1, 2, 3)] == [True, True, False]
    assert not is_low(questionnaire, {})


def test_another_scale_gives_no_score(questionnaire):
    wide = parse_questionnaire(
        {
            "id": "nps",
            "name": BOTH,
            "measure": "nps",
            "trigger": "schedule.quarterly",
            "intro": BOTH,
            "questions": [
                {
                    "id": "recommend",
                    "kind": "scale",
                    "text": BOTH,
                    "required": True,
                    "scale": 10,
                    "scale_from": 0,
                }
            ],
        }
    )  # fmt: skip - one question

    assert score_of(wide, {"recommend": 1}) is None


def test_typed_words_are_kept_apart_from_what_was_chosen(questionnaire):
    answers = {"overall": 2, "speed": None, "why": "slow", "words": "bye"}

    assert split_typed(questionnaire, answers) == ({"overall": 2}, "slow\nbye")
