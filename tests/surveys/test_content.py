"""Bodies of questionnaires: what is read, what is refused at which place, and which answers are low."""

import pytest

from surveys.content import parse_questionnaire
from tests.tickets.bodies import WORDS, changed, refused

CHOICES = [{"id": "yes", **WORDS}, {"id": "no", **WORDS}]
SURVEY = {
    "id": "short",
    "name": WORDS,
    "measure": "csat",
    "trigger": "ticket.resolve",
    "intro": WORDS,
    "questions": [
        {"id": "speed", "kind": "scale", "text": WORDS, "scale": 5, "required": False, "dimension": True},
        {"id": "overall", "kind": "scale", "text": WORDS, "scale": 5, "required": True},
        {"id": "solved", "kind": "choice", "text": WORDS, "choices": CHOICES, "required": True},
        {
            "id": "why",
            "kind": "text",
            "text": WORDS,
            "max_length": 300,
            "required": False,
            "show_if": {"question": "overall", "at_most": 3},
        },
    ],
    "low_score": [{"question": "overall", "at_most": 2}, {"question": "solved", "equals": "no"}],
}


def test_a_questionnaire_is_read_when_it_is_whole():
    read = parse_questionnaire(SURVEY)

    assert [question.kind for question in read.questions] == ["scale", "scale", "choice", "text"]
    assert read.overall.code == "overall"
    assert (read.overall.lowest, read.overall.highest) == (1, 5)
    assert read.question("why").max_length == 300
    assert read.question("nothing") is None


@pytest.mark.parametrize(
    ("answers", "is_low"),
    [
        ({"overall": 2, "solved": "yes"}, True),
        ({"overall": 3, "solved": "yes"}, False),
        ({"overall": 5, "solved": "no"}, True),
        ({}, False),
    ],
)
def test_answers_are_low_when_one_condition_holds(answers, is_low):
    assert parse_questionnaire(SURVEY).is_low(answers) is is_low


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("measure",), "smiles", "/measure"),
        (("questions",), [], "/questions"),
        (("questions", 0, "kind"), "stars", "/questions/0/kind"),
        (("questions", 0, "kind"), ..., "/questions/0/kind"),
        (("questions", 0, "scale"), 11, "/questions/0/scale"),
        (("questions", 0, "choices"), CHOICES, "/questions/0/choices"),
        (("questions", 1, "id"), "speed", "/questions/1/id"),
        (("questions", 1, "required"), "yes", "/questions/1/required"),
        (("questions", 2, "choices"), CHOICES[:1], "/questions/2/choices"),
        (("questions", 3, "max_length"), 0, "/questions/3/max_length"),
        (("questions", 3, "show_if"), {"question": "later", "at_most": 3}, "/questions/3/show_if/question"),
        (("questions", 3, "show_if"), {"question": "overall", "equals": "yes"}, "/questions/3/show_if"),
        (("questions", 3, "show_if"), {"question": "overall", "at_most": 6}, "/questions/3/show_if/at_most"),
        (("low_score", 1, "equals"), "perhaps", "/low_score/1/equals"),
        (("intro",), {"zh": "请"}, "/intro/en"),
    ],
)
def test_a_questionnaire_is_refused_by_its_place_when(path, value, place):
    assert refused(parse_questionnaire, changed(SURVEY, path, value)) == place
