"""The form of a questionnaire, made from its questions in the reader's language."""

from django import forms
from django.utils.translation import gettext as _

from aftersales.languages import side_of

STARS = (1, 5)
LONGEST_SEGMENTS = 7  # a wider scale gets a row of its own boxes


class AnswerForm(forms.Form):
    """One field per question, named by its code; `cards` groups them as the page shows them."""

    def __init__(self, *args, questions, overall=None, **kwargs):
        super().__init__(*args, prefix="q", **kwargs)
        for question in questions:
            field = FIELDS[question.kind](question)
            field.look = _look(question, question is overall)
            field.required = question.required
            field.label = said(question.text)
            self.fields[question.code] = field

    def cards(self):
        """Fields in order, the short scales that stand together as one card: [(look, fields), ...]."""
        cards = []
        for bound in self:
            look = bound.field.look
            if cards and look == "seg" == cards[-1][0]:
                cards[-1][1].append(bound)
            else:
                cards.append((look, [bound]))
        return cards


def said(texts):
    """The reader's side of {"zh", "en"}."""
    return texts[side_of()]


def _look(question, is_overall):
    if question.kind != "scale":
        return {"choice": "chips", "multi": "chips", "text": "line"}[question.kind]
    if is_overall and (question.lowest, question.highest) == STARS:
        return "stars"
    return "seg" if question.highest - question.lowest < LONGEST_SEGMENTS else "row"


def _scale(question):
    names = {label.id: said(label._asdict()) for label in question.labels}
    values = range(question.lowest, question.highest + 1)
    field = forms.TypedChoiceField(
        choices=[(value, str(value)) for value in values],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )
    field.ends = (names.get(str(question.lowest), ""), names.get(str(question.highest), ""))
    # The best first: the page paints them from right to left, so that all below the chosen one light up.
    field.stars = [(value, _star(value, names.get(str(value), ""))) for value in reversed(values)]
    return field


def _star(value, name):
    if not name:
        return _("%(value)s of 5") % {"value": value}
    return _("%(value)s of 5, %(name)s") % {"value": value, "name": name}


def _choice(question):
    return forms.ChoiceField(
        choices=_offered(question),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )


def _multi(question):
    return forms.MultipleChoiceField(choices=_offered(question), widget=forms.CheckboxSelectMultiple)


def _text(question):
    return forms.CharField(max_length=question.max_length, widget=forms.Textarea(attrs={"rows": 3}))


def _offered(question):
    return [(choice.id, said(choice._asdict())) for choice in question.choices]


FIELDS = {"scale": _scale, "choice": _choice, "multi": _multi, "text": _text}
