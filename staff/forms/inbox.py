"""What a person does not want to find in the inbox, and when a mail tells of the rest."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.inbox import mute_choices


def hours():
    return [("", _("never")), *((str(hour), _("at %(hour)s:00") % {"hour": hour}) for hour in range(24))]


class MutedForm(forms.Form):
    muted_kinds = forms.MultipleChoiceField(
        label=_("Do not tell me when"),
        required=False,
        choices=mute_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    mailed_kinds = forms.MultipleChoiceField(
        label=_("Mail me at once when"),
        required=False,
        choices=mute_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    digest = forms.TypedChoiceField(
        label=_("Mail me what is unread"),
        required=False,
        choices=hours,
        coerce=int,
        empty_value=None,
        help_text=_("Once a day, in the time of your first shop; nothing unread, no mail."),
    )
