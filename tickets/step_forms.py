"""What each kind of step asks for on the page; all of them are posted to the verb `complete_step`."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.languages import side_of
from tickets.forms import LongText, VerbForm, html_lang
from tickets.queries.macros import prepared_text
from tickets.registry import FACTS, PASS, answer_of, step_form

INPUTS = {
    "text": gettext_lazy("Answer"),
    "serial": gettext_lazy("Serial number"),
    "items": gettext_lazy("Items"),
}


class StepForm(VerbForm):
    """Base: names the step it was drawn for, so that an answer never lands on another one."""

    step = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    submit = gettext_lazy("Done")  # what the button says

    def __init__(self, *args, asks, **kwargs):
        self.asks = asks  # the step of the procedure
        super().__init__(*args, **kwargs)
        self.initial["step"] = asks.code

    def choose(self, choices):
        self.fields["answer"] = forms.ChoiceField(
            label=_("Answer"), choices=choices, widget=forms.RadioSelect
        )

    def add_note(self):
        self.fields["note"] = LongText(label=_("Note for the record"), required=False)
        self.fields["note"].widget.attrs["rows"] = 2


@step_form("ask")
class AskForm(StepForm):
    submit = gettext_lazy("Save the answer")

    def set_up(self):
        if self.asks.choices:
            side = side_of()
            self.choose([(choice.id, getattr(choice, side)) for choice in self.asks.choices])
            self.add_note()
        else:
            label = INPUTS[self.asks.params["input"]]
            self.fields["answer"] = forms.CharField(label=label, max_length=500)


@step_form("decide")
class DecideForm(AskForm):
    submit = gettext_lazy("Decide so")


@step_form("check")
class CheckForm(StepForm):
    """The fact's own answer stands beside it; what the desk cannot know, a person confirms."""

    submit = gettext_lazy("Confirm")

    def set_up(self):
        self.choose([("pass", _("It holds")), ("fail", _("It does not hold"))])
        found = answer_of(self.asks.params["fact"], self.ticket).value
        if found in ("pass", "fail"):
            self.initial["answer"] = found
        self.add_note()


@step_form("approve")
class ApproveForm(StepForm):
    submit = gettext_lazy("Save the decision")

    def set_up(self):
        self.choose([("approved", _("Approve")), ("declined", _("Decline"))])
        self.add_note()


@step_form("photo")
class PhotoForm(StepForm):
    submit = gettext_lazy("The photos are here")


@step_form("message")
class MessageForm(StepForm):
    """The prepared text in the customer's language, open for other words."""

    submit = gettext_lazy("Send")

    def set_up(self):
        self.fields["body"] = LongText(label=_("Message to the customer"))
        self.fields["body"].widget.attrs |= {"rows": 6, "lang": html_lang(self.ticket.language)}
        self.initial["body"] = prepared_text(self.asks.params["message"], self.ticket, self.actor)


@step_form("do")
class DoForm(StepForm):
    """A step that no code does: a person does it and says so."""

    def set_up(self):
        if self.asks.params.get("message"):
            MessageForm.set_up(self)
        self.add_note()


@step_form("wait")
class WaitForm(StepForm):
    """Mostly the desk notices by itself; a person may know it earlier."""

    submit = gettext_lazy("Go on")

    def set_up(self):
        self.choose([("arrived", _("It has happened")), ("timeout", _("We wait no longer"))])
        self.add_note()


def facts_of(names, ticket):
    """[{sentence, value, why, tone}] of the facts that have code; the others a person knows or nobody."""
    known = [FACTS[name] for name in names if name in FACTS]
    return [fact_row(fact, fact.find(ticket)) for fact in known]


def fact_row(fact, answer):
    tone = {PASS: "ok", "fail": "warn"}.get(answer.value, "")
    return {"en": fact.en, "zh": fact.zh, "value": answer.value, "why": answer.why, "tone": tone}
