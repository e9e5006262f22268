"""Questionnaires: what is asked of a customer, as data.

    {"id": "csat_resolved", "name": {...}, "measure": "csat", "trigger": "ticket.resolve", "intro": {...},
     "questions": [{"id": "overall", "kind": "scale", "text": {...}, "scale": 5, "required": true},
                   {"id": "why", "kind": "text", "text": {...}, "max_length": 500, "required": false,
                    "show_if": {"question": "overall", "at_most": 3}}],
     "low_score": [{"question": "overall", "at_most": 2}]}

`show_if` and `low_score` look at one answer: a scale at most so high, or a choice that equals.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from aftersales.versions.bodies import Part
from aftersales.versions.registry import versioned

MEASURES = ("csat", "ces", "nps")
# Of each kind: what it must have and what it may have beside id, kind, text, required and show_if.
KINDS = {
    "scale": (("scale",), ("scale_from", "labels", "dimension")),
    "choice": (("choices",), ()),
    "multi": (("choices",), ()),
    "text": ((), ("max_length",)),
}
LONGEST_ANSWER = 2000


class Condition(NamedTuple):
    """True of answers in which this question's answer is at most, or equals."""

    question: str
    at_most: int | None
    equals: str | None

    def holds(self, answers):
        answer = answers.get(self.question)
        if answer is None:
            return False
        return answer <= self.at_most if self.at_most is not None else answer == self.equals


@dataclass(frozen=True)
class Question:
    """One question. `text` is a dict that nobody changes."""

    code: str
    kind: str
    text: dict
    required: bool
    lowest: int | None = None  # of a scale
    highest: int | None = None
    labels: tuple = ()  # of a scale's values
    choices: tuple = ()
    max_length: int | None = None
    is_dimension: bool = False
    show_if: Condition | None = None


@dataclass(frozen=True)
class Questionnaire:
    """A questionnaire, ready to be shown. Its dicts are not changed by anybody."""

    code: str
    name: dict
    measure: str
    trigger: str
    intro: dict
    questions: tuple
    low_score: tuple  # conditions, one of which is enough

    def question(self, code):
        """The question of this code, or None."""
        return next((question for question in self.questions if question.code == code), None)

    @property
    def overall(self):
        """The question that is the score: the first scale that is no dimension."""
        return next((q for q in self.questions if q.kind == "scale" and not q.is_dimension), None)

    def is_low(self, answers):
        """Whether somebody should look into these answers."""
        return any(condition.holds(answers) for condition in self.low_score)


@versioned("survey")
def parse_questionnaire(body):
    """A questionnaire from its body; refused in one sentence that names the place."""
    entries = Part(body).entries(
        required=("id", "name", "measure", "trigger", "intro", "questions"), optional=("low_score",)
    )
    questions = []
    for part in entries["questions"].items(at_least=1):
        questions.append(_question(part, questions))
    return Questionnaire(
        code=entries["id"].code(),
        name=entries["name"].both_languages(200),
        measure=entries["measure"].one_of(MEASURES),
        trigger=entries["trigger"].text(60),
        intro=entries["intro"].both_languages(500),
        questions=tuple(questions),
        low_score=tuple(
            _condition(part, questions)
            for part in (entries["low_score"].items() if "low_score" in entries else ())
        ),
    )


def _question(part, before):
    named = part.mapping().get("kind")
    kind = named.one_of(KINDS) if named else None
    required, optional = KINDS.get(kind, ((), ()))
    entries = part.entries(
        required=("id", "kind", "text", "required", *required), optional=(*optional, "show_if")
    )
    lowest = entries["scale_from"].whole(0, 1) if "scale_from" in entries else 1
    highest = entries["scale"].whole(2, 10) if kind == "scale" else None
    return Question(
        code=entries["id"].once({question.code for question in before}),
        kind=kind,
        text=entries["text"].both_languages(500),
        required=entries["required"].flag(),
        lowest=lowest if kind == "scale" else None,
        highest=highest,
        labels=entries["labels"].choices() if "labels" in entries else (),
        choices=entries["choices"].choices() if "choices" in entries else (),
        max_length=_max_length(entries) if kind == "text" else None,
        is_dimension="dimension" in entries and entries["dimension"].flag(),
        show_if=_condition(entries["show_if"], before) if "show_if" in entries else None,
    )


def _max_length(entries):
    return entries["max_length"].whole(1, LONGEST_ANSWER) if "max_length" in entries else LONGEST_ANSWER


def _condition(part, questions):
    entries = part.entries(required=("question",), optional=("at_most", "equals"))
    asked = {question.code: question for question in questions}
    question = asked[entries["question"].one_of(asked)]
    if ("at_most" in entries) == ("equals" in entries) or (question.kind == "scale") != (
        "at_most" in entries
    ):
        part.refuse(_("Give at_most for a scale, or equals for a choice."))
    if "at_most" in entries:
        return Condition(question.code, entries["at_most"].whole(question.lowest, question.highest), None)
    return Condition(
        question.code, None, entries["equals"].one_of([choice.id for choice in question.choices])
    )
