"""The form of a questionnaire: how each question looks, in the reader's language."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from surveys.content import parse_questionnaire
from surveys.forms import AnswerForm

BOTH = {"zh": "好", "en": "good"}


def questionnaire(*questions):
    asked = [{"text": BOTH, "required": False, **question} for question in questions]
    return parse_questionnaire(
        {
            "id": "demo",
            "name": BOTH,
            "measure": "csat",
            "trigger": "ticket.resolve",
            "intro": BOTH,
            "questions": asked,
        }
    )


def form_of(*questions, **options):
    asked = questionnaire(*questions)
    return AnswerForm(questions=asked.questions, overall=asked.overall, **options)


def choices(*codes):
    return [{"id": code, "zh": f"{code} 中", "en": f"{code} en"} for code in codes]


OVERALL = {
    "id": "overall",
    "kind": "scale",
    "scale": 5,
    "labels": [{"id": "1", "zh": "差", "en": "Bad"}, {"id": "5", "zh": "棒", "en": "Great"}],
}
SPEED = {"id": "speed", "kind": "scale", "scale": 5, "dimension": True}
ATTITUDE = {**SPEED, "id": "attitude"}
RECOMMEND = {"id": "recommend", "kind": "scale", "scale": 10, "scale_from": 0}
SOLVED = {"id": "solved", "kind": "choice", "choices": choices("yes", "no")}
WHY = {"id": "why", "kind": "text", "max_length": 5}


def test_the_score_is_stars_and_short_scales_share_a_card():
    cards = form_of(OVERALL, SPEED, ATTITUDE, SOLVED, WHY).cards()

    assert [(look, [bound.name for bound in fields]) for look, fields in cards] == [
        ("stars", ["overall"]),
        ("seg", ["speed", "attitude"]),
        ("chips", ["solved"]),
        ("line", ["why"]),
    ]


def test_a_wide_scale_has_a_row_of_boxes_from_nought():
    form = form_of(RECOMMEND)

    assert [look for look, _fields in form.cards()] == ["row"]
    assert [value for value, _name in form.fields["recommend"].choices] == list(range(11))
    assert 'value="0"' in render_to_string("surveys/questions.html", {"form": form})


@pytest.mark.parametrize(
    ("language", "best", "choice"),
    [("en", "5 of 5, Great", "yes en"), ("zh-hans", "5 分（满分 5），棒", "yes 中")],
)
def test_stars_and_choices_speak_the_readers_language(language, best, choice):
    with translation.override(language):
        html = render_to_string("surveys/questions.html", {"form": form_of(OVERALL, SOLVED)})

    assert best in html
    assert choice in html


def test_answers_come_out_as_their_kind():
    form = form_of(OVERALL, SPEED, SOLVED, WHY, data={"q-overall": "4", "q-solved": "yes", "q-why": " a "})

    assert form.is_valid()
    assert form.cleaned_data == {"overall": 4, "speed": None, "solved": "yes", "why": "a"}


def test_a_text_is_as_long_as_the_questionnaire_lets_it():
    assert "why" in form_of(WHY, data={"q-why": "abcdef"}).errors
