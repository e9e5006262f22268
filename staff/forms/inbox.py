"""What a person does not want to find in the inbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.inbox import mute_choices


class MutedForm(forms.Form):
    muted_kinds = forms.MultipleChoiceField(
        label=_("Do not tell me when"),
        required=False,
        choices=mute_choices,
        widget=forms.CheckboxSelectMultiple,
    )
