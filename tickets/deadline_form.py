"""The form of a platform's deadline."""

from django import forms
from django.utils.translation import gettext_lazy

from tickets.forms import VerbForm


class Instant(forms.DateTimeField):
    """A time with its zone; what is no text, as an API may send, is no time either."""

    def to_python(self, value):
        return super().to_python(value if value is None or isinstance(value, str) else str(value))


class DeadlineForm(VerbForm):
    due_at = Instant(
        label=gettext_lazy("The platform's deadline"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
