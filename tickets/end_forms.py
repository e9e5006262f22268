"""The forms of ending a request: what came of it, and the last words to the customer."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.forms import LongText, VerbForm, html_lang
from tickets.queries.macros import prepared_text
from tickets.queries.runs import step_done_by


class SummaryForm(VerbForm):
    summary = LongText(label=gettext_lazy("Summary"), required=False)


class ResolveForm(SummaryForm):
    """Where the procedure ends with words to the customer, they stand here, open for other words."""

    body = LongText(label=gettext_lazy("Message to the customer"), required=False)
    submit = gettext_lazy("Mark resolved")
    field_order = ("body", "summary")

    def set_up(self):
        step = step_done_by(self.ticket, "resolve") if self.ticket.is_open else None
        code = step.params.get("message") if step else ""
        if not code:
            self.fields["body"].widget = forms.HiddenInput()
            return
        self.submit = _("Send and mark resolved")
        self.fields["body"].is_needed = True
        self.fields["body"].required = "body" in self.data  # emptied on a page: nothing else is said instead
        self.fields["body"].widget.attrs |= {"rows": 6, "lang": html_lang(self.ticket.language)}
        self.initial["body"] = prepared_text(code, self.ticket, self.actor)
