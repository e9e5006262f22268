"""The form of a platform's deadline."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.forms import VerbForm


class Instant(forms.DateTimeField):
    """A time with its zone, or nothing, but said; what is no text, as an API may send, is no time either."""

    is_key_required = True

    def to_python(self, value):
        return super().to_python(value if value is None or isinstance(value, str) else str(value))


class DeadlineForm(VerbForm):
    due_at = Instant(
        label=gettext_lazy("The platform's deadline"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"),
    )

    def set_up(self):
        """As it stands, so that saving what one only looked at takes nothing off."""
        self.initial["due_at"] = self.ticket.deadline_at

    def clean_due_at(self):
        if "due_at" not in self.data:
            raise forms.ValidationError(_("Say until when, or null for no deadline."), code="required")
        return self.cleaned_data["due_at"]
